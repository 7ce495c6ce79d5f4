-- Locks customers as payers: whatever settles their documents or uses their credit waits.
-- $1 customer ids int8[], $2 moment timestamptz: whose day in the seller's zone is today.
-- Out, in order: customer_id, seller_id bigint, closed_through, today date, rounding_mode text.
-- Index: customer_pkey.
select c.customer_id, c.seller_id, s.closed_through,
  ($2::timestamptz at time zone s.time_zone)::date as today, s.rounding_mode
from customer c
join seller s on s.seller_id = c.seller_id
where c.customer_id = any($1)
order by c.customer_id
for no key update of c
