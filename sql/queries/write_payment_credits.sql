-- Makes money that settles nothing the credit of who paid it.
-- One array element a credit: $1 payment ids int8[], $2 amounts int8[] in minor units, $3 days
-- date[].
-- Index: payment_pkey.
insert into credit (customer_id, kind, currency, amount_minor, granted_on, payment_id)
select p.customer_id, 'money', p.currency, a.amount_minor, a.granted_on, p.payment_id
from unnest($1::bigint[], $2::bigint[], $3::date[]) as a (payment_id, amount_minor, granted_on)
join payment p on p.payment_id = a.payment_id
