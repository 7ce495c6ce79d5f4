-- A span that was billed names a line of its charge whose period it lies in
-- (invariant 3; RULES 0.2).
-- $1 run bigint: only its documents, null for all.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with wrong as materialized (
  select c.subscription_id as id,
    case when l.invoice_id is null
      then format('slot %s, %s..%s: invoice %s has no line %s', c.slot, c.span_start, c.span_end,
        c.invoice_id, c.line_no)
      else format('slot %s, %s..%s: line %s of invoice %s bills %s of subscription %s slot %s, '
                  '%s..%s', c.slot, c.span_start, c.span_end, c.line_no, c.invoice_id, l.kind,
                  l.subscription_id, l.slot, l.period_start, l.period_end)
    end as problem
  from coverage c
  left join invoice_line l on l.invoice_id = c.invoice_id and l.line_no = c.line_no
  where c.invoice_id is not null
    and ($1::bigint is null
      or c.invoice_id in (select r.invoice_id from invoice r where r.run_id = $1))
    and (l.subscription_id = c.subscription_id and l.slot = c.slot
      and l.kind in ('period', 'usage', 'minimum')
      and l.period_start <= c.span_start and l.period_end >= c.span_end) is not true
)
select (select count(*) from coverage c
  where c.invoice_id is not null
    and ($1::bigint is null
      or c.invoice_id in (select r.invoice_id from invoice r where r.run_id = $1))) as looked_at,
  (select count(*) from wrong) as wrong, 'subscription' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
