-- What waits for the next invoice of the payers of a batch, their children's items included.
-- $1 payer ids int8[]. In order of payer_id, pending_line_item_id.
-- Index: pending_line_item_waiting_idx.
with owner as (
  select customer_id as payer_id, customer_id from unnest($1::bigint[]) as wanted (customer_id)
  union all
  select c.parent_customer_id, c.customer_id from customer c
  where c.parent_customer_id = any($1) and c.bill_parent
)
select o.payer_id, i.pending_line_item_id, i.name, i.description, i.item_id, i.quantity,
  i.unit_cost, i.currency, i.discountable, i.taxable, i.tax_category, i.taxes, i.added_on,
  i.discounts <> '[]' as has_discounts
from owner o
join pending_line_item i on i.customer_id = o.customer_id and i.invoice_id is null
order by o.payer_id, i.pending_line_item_id
