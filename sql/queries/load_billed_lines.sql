-- The lines of some invoices, as far as taking them back needs (RULES 0.3, 0.7).
-- $1 invoice ids int8[]. In order of invoice_id, line_no.
-- Out: invoice_id bigint, line_no integer, kind text, subscription_id bigint, slot smallint,
-- price_id, item_id bigint, name text (of one-off lines), day_from, day_to date (the days that are
-- still covered by the line's charge, half-open; null for one-off lines), period_start, period_end
-- date (of one-off lines the day of the service), tax_date date, base, credited bigint in minor
-- units, tax_nos smallint[], currency text.
-- Index: invoice_line_pkey, line_credit_of_idx, coverage_live_key.
select l.invoice_id, l.line_no, l.kind, l.subscription_id, l.slot, l.price_id, l.item_id, l.name,
  case when l.subscription_id is not null then coalesce(c.day_from, l.period_start) end as day_from,
  case when l.subscription_id is not null then coalesce(c.day_to, l.period_end) end as day_to,
  coalesce(l.period_start, l.tax_date) as period_start,
  coalesce(l.period_end, l.tax_date + 1) as period_end, l.tax_date,
  l.amount_minor - l.discount_minor - l.invoice_discount_minor as base,
  coalesce((select sum(r.amount_minor) from line_credit r
    where r.of_invoice_id = l.invoice_id and r.of_line_no = l.line_no
           and r.undone_at is null), 0)::bigint as credited,
  coalesce(l.tax_nos, '{}') as tax_nos, i.currency::text as currency
from invoice_line l
join invoice i on i.invoice_id = l.invoice_id
left join lateral (
  select min(c.span_start) as day_from, max(c.span_end) as day_to
  from coverage c
  where c.subscription_id = l.subscription_id and c.slot = l.slot and c.released_by is null
    and c.invoice_id = l.invoice_id and c.span_start >= l.period_start
    and c.span_end <= l.period_end) c on true
where l.invoice_id = any($1)
order by l.invoice_id, l.line_no
