-- The line items of the good invoices of an import among some lines.
-- $1 first line integer, $2 last line integer. In order of line, position. Columns as selected; a
-- discount is a coupon by its id, or where that is 0 an amount.
select r.line, r.position, coalesce(r.name, '') as name, r.description, r.item_id, r.quantity,
  r.unit_cost, r.discountable, r.taxable, r.tax_category,
  array(
    select t.one #>> '{}' from jsonb_array_elements(r.taxes) with ordinality as t (one, place)
    where jsonb_typeof(t.one) = 'string' order by t.place) as taxes,
  (select coalesce(sum((t.one ->> 'amount')::numeric), 0)
   from jsonb_array_elements(r.taxes) as t (one)
   where jsonb_typeof(t.one) = 'object') as tax_amount,
  array(
    select coalesce(c.coupon_id, 0)
    from jsonb_array_elements(r.discounts) with ordinality as d (one, place)
    left join coupon c on c.code = d.one #>> '{}' and jsonb_typeof(d.one) = 'string'
    order by d.place) as discount_coupons,
  array(
    select coalesce(d.one ->> 'amount', '0')
    from jsonb_array_elements(r.discounts) with ordinality as d (one, place)
    order by d.place) as discount_amounts
from import_invoice_item r
where r.line between $1 and $2 and not exists (select from import_error e where e.line = r.line)
order by r.line, r.position
