-- Notes money that came in.
-- One array element a payment: $1 ids int8[], $2 customer ids int8[], $3 currencies text[], $4
-- amounts int8[] in minor units, $5 days date[], $6 methods text[], $7 references text[] (null for
-- none).
insert into payment (payment_id, customer_id, currency, amount_minor, received_on, method,
  reference)
select a.payment_id, a.customer_id, a.currency, a.amount_minor, a.received_on, a.method,
  a.reference
from unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::date[], $6::text[],
  $7::text[])
  as a (payment_id, customer_id, currency, amount_minor, received_on, method, reference)
