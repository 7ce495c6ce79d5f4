-- Lines that wait for an invoice as an import takes them.
-- Filters, null for all: $1 seller text, $2 customer bigint.
-- Out: line text, an object each, and its id bigint, in order of coming in.
-- Index: pending_line_item_pkey.
select json_strip_nulls(json_build_object(
  'object', 'pending_line_item', 'customer', l.customer_id, 'catalog_item', i.code,
  'name', l.name, 'unit_cost', trim_scale(l.unit_cost), 'quantity', trim_scale(l.quantity),
  'description', l.description, 'type', l.type, 'discountable', l.discountable,
  'taxable', l.taxable, 'discounts', nullif(l.discounts, '[]'),
  'taxes', array_to_json(array(select to_jsonb(one) from unnest(l.taxes) one)
    || case when l.tax_amount = 0 then '{}'::jsonb[]
      else array[jsonb_build_object('amount', trim_scale(l.tax_amount))] end),
  'metadata', nullif(l.metadata, '{}')))::text as line,
  l.pending_line_item_id as id
from pending_line_item l
join customer c on c.customer_id = l.customer_id
left join item i on i.item_id = l.item_id
where l.invoice_id is null
  and ($2::bigint is null or l.customer_id = $2)
  and ($1::text is null or c.seller_id = (select e.seller_id from seller e where e.code = $1))
order by l.pending_line_item_id
