-- Net revenue by the month it is booked in and by plan or item, in minor units: what was invoiced
-- (2300, 4000 and 4100 together, which recognition does not move), and what is recognised of it and
-- of what was deferred before (4000 and 4100).
-- $1 first day, $2 day after the last date, $3 seller text, null for all.
-- Out: month date (its first day), code, name text (empty for neither plan nor item), currency
-- text, digits smallint; invoiced, recognised numeric; in order of month, currency, code.
-- Index: journal_date_idx.
with booked as (
  -- Summed up before names are looked for.
  select date_trunc('month', j.entry_date)::date as month, j.currency, l.plan_id, l.item_id,
    -sum(l.amount_minor) as invoiced,
    -coalesce(sum(l.amount_minor) filter (where l.account_code <> '2300'), 0) as recognised
  from journal j
  join journal_line l on l.journal_id = j.journal_id
  join seller s on s.seller_id = j.seller_id
  where j.entry_date >= $1 and j.entry_date < $2 and ($3::text is null or s.code = $3)
    and l.account_code in ('2300', '4000', '4100')
  group by 1, 2, 3, 4
)
select b.month, coalesce(p.code, i.code, '') as code, coalesce(p.name, i.name, '') as name,
  b.currency::text as currency, u.digits, sum(b.invoiced) as invoiced,
  sum(b.recognised) as recognised
from booked b
left join plan p on p.plan_id = b.plan_id
left join item i on i.item_id = b.item_id
join currency u on u.code = b.currency
group by b.month, coalesce(p.code, i.code, ''), coalesce(p.name, i.name, ''), b.currency, u.digits
having sum(b.invoiced) <> 0 or sum(b.recognised) <> 0
order by b.month, b.currency, code, name
