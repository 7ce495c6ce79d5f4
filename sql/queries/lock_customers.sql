-- Locks customers, so that documents that use their credit wait for each other (RULES 0.8).
-- $1 customer ids int8[]. Out, in order: customer_id bigint. Index: customer_pkey.
select c.customer_id
from customer c
where c.customer_id = any($1)
order by c.customer_id
for no key update
