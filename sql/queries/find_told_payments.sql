-- Which of some payments may be what statements told of: transfers that became payments of the
-- customer, up to a week away, come to as much together.
-- One array element a payment: $1 customers int8[], $2 currencies text[], $3 amounts int8[] in
-- minor units, $4 days date[].
-- Out, in order: customer_id, payment_id bigint, the first of those that are known.
-- Index: payment_customer_idx, bank_entry_payment_key.
select w.customer_id, k.payment_id
from unnest($1::bigint[], $2::text[], $3::bigint[], $4::date[])
  with ordinality as w (customer_id, currency, amount_minor, day, place)
cross join lateral (
  select min(p.payment_id) as payment_id, sum(p.amount_minor) as sum
  from payment p
  join bank_entry e on e.payment_id = p.payment_id
  where p.customer_id = w.customer_id and p.currency = w.currency
    and abs(p.received_on - w.day) <= 7) k
where k.sum >= w.amount_minor
order by w.place
