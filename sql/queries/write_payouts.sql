-- Takes out of credits what was paid back or taken back.
-- $1 credit ids int8[], $2 amounts int8[] in minor units, $3 refund id bigint or null, $4 payment
-- return id bigint or null
insert into credit_payout (credit_id, amount_minor, refund_id, payment_return_id)
select a.credit_id, a.amount_minor, $3::bigint, $4::bigint
from unnest($1::bigint[], $2::bigint[]) as a (credit_id, amount_minor)
