-- Every period that a line bills is covered, live or released since, by the invoice that billed it
-- (invariant 3). Several lines may bill one period (tiers, a minimum), and one span names the first
-- of them.
-- $1 run bigint: only its documents, null for all.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with uncovered as materialized (
  select distinct l.invoice_id, l.subscription_id, l.slot
  from invoice_line l
  where l.kind = 'period'
    and ($1::bigint is null
      or l.invoice_id in (select r.invoice_id from invoice r where r.run_id = $1))
    and not exists (
      select from coverage c
      where c.invoice_id = l.invoice_id and c.line_no = l.line_no
        and c.subscription_id = l.subscription_id and c.slot = l.slot
        and c.span_start = l.period_start and c.span_end = l.period_end)
), period as (
  select p.invoice_id, p.subscription_id, p.slot, sum(p.period_end - p.period_start) as days
  from (
    select distinct l.invoice_id, l.subscription_id, l.slot, l.period_start, l.period_end
    from uncovered u
    join invoice_line l on l.invoice_id = u.invoice_id and l.subscription_id = u.subscription_id
      and l.slot = u.slot
    where l.kind = 'period'
  ) p
  group by p.invoice_id, p.subscription_id, p.slot
), span as (
  select c.invoice_id, c.subscription_id, c.slot, sum(c.span_end - c.span_start) as days
  from uncovered u
  join coverage c on c.invoice_id = u.invoice_id and c.subscription_id = u.subscription_id
    and c.slot = u.slot
  group by c.invoice_id, c.subscription_id, c.slot
), wrong as materialized (
  select p.invoice_id as id,
    format('it bills %s days of subscription %s slot %s, but covers %s', p.days,
      p.subscription_id, p.slot,
           coalesce(s.days, 0)) as problem
  from period p
  left join span s on s.invoice_id = p.invoice_id and s.subscription_id = p.subscription_id
    and s.slot = p.slot
  where p.days > coalesce(s.days, 0)
)
select (select count(*) from invoice_line l
  where l.kind = 'period'
    and ($1::bigint is null
      or l.invoice_id in (select r.invoice_id from invoice r where r.run_id = $1))) as looked_at,
  (select count(*) from wrong) as wrong, 'invoice' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
