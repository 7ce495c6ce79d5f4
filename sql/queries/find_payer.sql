-- Who pays for a customer, and to which seller: itself, or the parent that is billed for it.
-- $1 customer_id bigint. Out: payer_id bigint, seller text; no row for an id that is none.
-- Index: customer_pkey.
select coalesce(case when c.bill_parent then c.parent_customer_id end, c.customer_id) as payer_id,
       s.code as seller
from customer c
join seller s on s.seller_id = c.seller_id
where c.customer_id = $1
