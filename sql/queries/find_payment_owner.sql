-- Whose payment it is that a customer makes: of whom the invoices are that it is for, the customer
-- itself or the parent that pays for it; without any, who pays.
-- $1 customer id bigint, $2 invoice ids int8[]. Out: owner_id bigint. Index: customer_pkey.
select coalesce(
    (select i.customer_id from invoice i
     where i.invoice_id = any($2) and i.customer_id in (c.customer_id, p.payer_id)
     order by i.invoice_id
     limit 1),
    p.payer_id) as owner_id
from customer c
cross join lateral (
  select coalesce(case when c.bill_parent then c.parent_customer_id end, c.customer_id)
    as payer_id) p
where c.customer_id = $1
