-- The lines of documents as they are printed.
-- $1 invoice ids int8[]. In order of invoice_id, line_no.
-- Out, in the order given: invoice_id bigint, name text (null where its kind has none of its own),
-- kind, description, quantity, unit_cost text, amount, discount bigint in minor units,
-- period_start, last_day (inclusive), tax_date date.
-- Index: invoice_line_pkey.
select l.invoice_id, coalesce(l.name, p.name, t.name) as name, l.kind, l.description,
  trim_scale(l.quantity)::text as quantity, trim_scale(l.unit_cost)::text as unit_cost,
  l.amount_minor as amount, l.discount_minor as discount,
  l.period_start, l.period_end - 1 as last_day, l.tax_date
from invoice_line l
left join price q on q.price_id = l.price_id
left join plan p on p.plan_id = q.plan_id
left join item t on t.item_id = l.item_id
where l.invoice_id = any($1::bigint[])
order by l.invoice_id, l.line_no;
