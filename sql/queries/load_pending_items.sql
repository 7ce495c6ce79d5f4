-- What waits for the next invoice of the payers of a batch, their children's items included.
-- $1 payer ids int8[], $2 those who pay for themselves int8[]. In order of payer_id,
--   pending_line_item_id. A discount is a coupon by its id, or where that is 0 an amount
--   (-1: there is no such coupon).
-- Index: pending_line_item_waiting_idx.
with owner as (
  select customer_id as payer_id, customer_id from unnest($2::bigint[]) as wanted (customer_id)
  union all
  select c.parent_customer_id, c.customer_id from customer c
  where c.parent_customer_id = any($1) and c.bill_parent
)
select o.payer_id, i.pending_line_item_id, i.name, i.description, i.item_id, i.quantity,
  i.unit_cost, i.currency, i.discountable, i.taxable, i.tax_category, i.taxes, i.added_on,
  array(
    select coalesce(c.coupon_id, case jsonb_typeof(d.one) when 'string' then -1 else 0 end)
    from jsonb_array_elements(i.discounts) with ordinality as d (one, place)
    left join coupon c on c.code = d.one #>> '{}' and jsonb_typeof(d.one) = 'string'
    order by d.place) as discount_coupons,
  array(
    select coalesce(d.one ->> 'amount', '0')
    from jsonb_array_elements(i.discounts) with ordinality as d (one, place)
    order by d.place) as discount_amounts,
  i.tax_amount
from owner o
join pending_line_item i on i.customer_id = o.customer_id and i.invoice_id is null
order by o.payer_id, i.pending_line_item_id
