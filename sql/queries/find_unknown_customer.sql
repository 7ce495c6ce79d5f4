-- The lowest of some customers' ids that no customer has; no row when all are known.
-- $1 customers int8[]. Index: customer_pkey.
select wanted.id
from unnest($1::int8[]) wanted (id)
where not exists (select from customer c where c.customer_id = wanted.id)
order by wanted.id
limit 1
