-- Notes a refund: as an intent, before a gateway is asked, or as approved where money was paid back
-- by hand. Its key says which refund of which payment in which books it is (RULES 0.6, 3).
-- $1 payment id bigint, $2 state text, $3 gateway text (null: by hand), $4 currency text, $5 amount
-- bigint in minor units, $6 day date (null for an intent), $7 request jsonb, $8 moment timestamptz.
-- Out: refund_id bigint. Index: refund_payment_idx.
insert into refund (payment_id, state, gateway, idempotency_key, currency, amount_minor, request,
  effective_on, intended_at, settled_at)
select $1, $2, $3, format('%s-pay-%s-refund-%s', b.uuid, $1::bigint, 1 + (
    select count(*) from refund r where r.payment_id = $1)), $4, $5, $7, $6::date, $8::timestamptz,
  case when $2 = 'approved' then $8::timestamptz end
from book b
returning refund_id
