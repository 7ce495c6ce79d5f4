-- Notes money that came in.
-- One array element a payment: $1 ids int8[], $2 customer ids int8[], $3 currencies text[], $4
-- amounts int8[] in minor units, $5 days date[], $6 methods text[]; nulls for none: $7 references
-- text[], $8 the attempts that brought it int8[].
-- Index: payment_attempt_pkey.
insert into payment (payment_id, customer_id, currency, amount_minor, received_on, method,
  reference, payment_attempt_id, payment_source_id)
select a.payment_id, a.customer_id, a.currency, a.amount_minor, a.received_on, a.method,
  a.reference, a.payment_attempt_id, (
    select t.payment_source_id from payment_attempt t
    where t.payment_attempt_id = a.payment_attempt_id)
from unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::date[], $6::text[],
  $7::text[], $8::bigint[])
  as a (payment_id, customer_id, currency, amount_minor, received_on, method, reference,
    payment_attempt_id)
