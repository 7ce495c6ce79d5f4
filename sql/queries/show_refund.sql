-- What became of a refund.
-- $1 refund id bigint. Out: payment_id bigint, state text, detail text: the code of a decline or
-- the reason, null for none. Index: refund_pkey.
select payment_id, state, coalesce(decline_code, reason) as detail
from refund
where refund_id = $1
