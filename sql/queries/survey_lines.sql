-- Reads every line once, beside the spans that name it in the order of their ids, and says of the
-- checks that look at both whether they can find anything. Sound is what certainly is: a check that
-- is not may still find nothing. Not decided here are lines that bill a period with another one.
-- Index: invoice_line_pkey.
-- Out: name text, looked_at bigint, is_sound boolean: one row a check.
with span as (
  select c.invoice_id, c.line_no, c.subscription_id, c.slot, c.span_start, c.span_end
  from coverage c
  where c.invoice_id is not null
  order by c.invoice_id, c.line_no
), odd as materialized (
  -- All but periods that are one span, what else bills the days of its spans, and what bills none.
  select l.invoice_id, l.line_no, s.span_end - s.span_start as covered,
    case l.kind when 'period' then l.period_end - l.period_start else 0 end as billed,
    s.invoice_id is null or (l.subscription_id = s.subscription_id and l.slot = s.slot
      and l.kind in ('period', 'usage', 'minimum')
      and l.period_start <= s.span_start and l.period_end >= s.span_end) is true as is_placed
  from span s
  full join invoice_line l on l.invoice_id = s.invoice_id and l.line_no = s.line_no
  where case
      when l.kind = 'period' then l.subscription_id = s.subscription_id and l.slot = s.slot
        and l.period_start = s.span_start and l.period_end = s.span_end
      when s.invoice_id is null then true
      else l.kind in ('usage', 'minimum') and l.subscription_id = s.subscription_id
        and l.slot = s.slot and l.period_start <= s.span_start and l.period_end >= s.span_end
    end is not true
)
select c.name, c.looked_at, c.is_sound
from (values
  ('coverage_lines', (select count(*) from coverage c where c.invoice_id is not null),
    not exists (select from odd o where not o.is_placed)),
  ('billed_periods', (select count(*) from invoice_line l where l.kind = 'period'),
    not exists (
      select from odd o
      group by o.invoice_id, o.line_no, o.billed
      having coalesce(sum(o.covered) filter (where o.is_placed), 0) < o.billed))
) as c (name, looked_at, is_sound)
order by c.name;
