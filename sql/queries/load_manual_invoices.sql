-- The good invoices of an import among some lines, as they are to be priced. A discount is a coupon
-- by its id, or where that is 0 an amount.
-- $1 first line integer, $2 last line integer. In order of line. Columns as selected.
select v.line, v.id, v.customer_id, v.seller, v.currency, v.date, v.due_date, v.payment_terms,
  v.autopay, v.chase, case when v.autopay then v.source end as source,
  array(
    select t.one #>> '{}' from jsonb_array_elements(v.taxes) with ordinality as t (one, place)
    where jsonb_typeof(t.one) = 'string' order by t.place) as taxes,
  (select coalesce(sum((t.one ->> 'amount')::numeric), 0)
   from jsonb_array_elements(v.taxes) as t (one)
   where jsonb_typeof(t.one) = 'object') as tax_amount,
  array(
    select coalesce(c.coupon_id, 0)
    from jsonb_array_elements(v.discounts) with ordinality as d (one, place)
    left join coupon c on c.code = d.one #>> '{}' and jsonb_typeof(d.one) = 'string'
    order by d.place) as discount_coupons,
  array(
    select coalesce(d.one ->> 'amount', '0')
    from jsonb_array_elements(v.discounts) with ordinality as d (one, place)
    order by d.place) as discount_amounts,
  v.draft, v.today
from import_invoice v
where v.line between $1 and $2 and not exists (select from import_error e where e.line = v.line)
order by v.line
