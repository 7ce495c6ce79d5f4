-- Payments that have a reference already, of the same customer and method.
-- One array element a payment: $1 customer ids int8[], $2 methods text[], $3 references text[].
-- Out: customer_id, payment_id bigint, method, reference text.
-- Index: payment_reference_key.
select p.customer_id, p.payment_id, p.method, p.reference
from unnest($1::bigint[], $2::text[], $3::text[]) as a (customer_id, method, reference)
join payment p on p.customer_id = a.customer_id and p.method = a.method
  and p.reference = a.reference
order by p.payment_id
