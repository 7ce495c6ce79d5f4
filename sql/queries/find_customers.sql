-- The customers that an id or a number names; a number is unique in a seller only.
-- $1 id bigint, null when it is no whole number; $2 number text.
-- Out: customer_id bigint. Index: customer_pkey, customer_number_key.
select c.customer_id
from customer c
where c.customer_id = $1
union
select c.customer_id
from customer c
where c.seller_id = any (array(select s.seller_id from seller s)) and c.number = $2
order by customer_id
