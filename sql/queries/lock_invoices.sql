-- Locks documents with their payers, so that operations on one wait for each other. Payers first:
-- posting uses their credit (RULES 0.8). How they stand is read afterwards, by another statement:
-- this one would not see what came in while it waited.
-- $1 invoice ids int8[]. Out, in order: invoice_id, seller_id bigint.
-- Index: invoice_pkey, customer_pkey.
with payer as materialized (
  select c.customer_id
  from customer c
  where c.customer_id in (select i.customer_id from invoice i where i.invoice_id = any($1))
  order by c.customer_id
  for no key update
)
select i.invoice_id, i.seller_id
from invoice i
where i.invoice_id = any($1) and (select count(*) from payer) >= 0
order by i.invoice_id
for update
