-- Adds pending line items. Out: created bigint, updated bigint, unchanged bigint.
with created as (
  insert into pending_line_item (
    customer_id, item_id, type, name, description, quantity, unit_cost, currency, discountable,
    taxable, tax_category, discounts, taxes, tax_amount, metadata, added_on)
  select r.customer_id, r.item_id, r.type, r.name, r.description, r.quantity, r.unit_cost,
         r.currency, r.discountable, r.taxable, r.tax_category, r.discounts,
         array(
           select t.one #>> '{}'
           from jsonb_array_elements(r.taxes) with ordinality as t (one, place)
           where jsonb_typeof(t.one) = 'string'
           order by t.place),
         (select coalesce(sum((t.one ->> 'amount')::numeric), 0)
          from jsonb_array_elements(r.taxes) as t (one)
          where jsonb_typeof(t.one) = 'object'),
         r.metadata, r.added_on
  from import_pending_line_item r
  where not exists (select from import_error e where e.line = r.line)
  order by r.line
  returning 1
)
select count(*) as created, 0::bigint as updated, 0::bigint as unchanged from created;
