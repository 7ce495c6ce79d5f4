-- The lines of a document as people read them.
-- $1 invoice bigint
-- Out: line_no integer, name, description, quantity, unit_cost text, amount, discount bigint in
-- minor units (its own discounts), period_start date, last_day date (inclusive).
-- Index: invoice_line_pkey.
select l.line_no, coalesce(l.name, p.name, t.name, l.kind) as name,
  nullif(concat_ws(', ', l.description, case when l.kind = 'minimum' then 'minimum'
    when l.pricing ? 'flat_cost' then 'flat cost' end), '') as description,
  trim_scale(l.quantity)::text as quantity, trim_scale(l.unit_cost)::text as unit_cost,
  l.amount_minor as amount, l.discount_minor as discount,
  l.period_start, l.period_end - 1 as last_day
from invoice_line l
left join price q on q.price_id = l.price_id
left join plan p on p.plan_id = q.plan_id
left join item t on t.item_id = l.item_id
where l.invoice_id = $1
order by l.line_no;
