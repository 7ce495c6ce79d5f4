-- Every period that a line bills is covered, live or released since, by the invoice that billed it
-- (invariant 3). Several lines may bill one period (tiers, a minimum), and one span names the first
-- of them; so days are summed by document and charge. That is done only of documents whose days do
-- not come out even at first sight, which sums them by document, once as they are and once weighted
-- by their charge. No anti-join: the planner expects one row of what it leaves, and loops.
-- $1 run bigint: only its documents, null for all.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with days as (
  select l.invoice_id, l.period_end - l.period_start as days,
    (l.subscription_id % 65521 * 31 + l.slot)::bit(12)::integer as weight
  from invoice_line l
  where l.kind = 'period'
    and ($1::bigint is null
      or l.invoice_id in (select r.invoice_id from invoice r where r.run_id = $1))
  union all
  select c.invoice_id, c.span_start - c.span_end,
    (c.subscription_id % 65521 * 31 + c.slot)::bit(12)::integer
  from coverage c
  where c.invoice_id is not null
    and ($1::bigint is null
      or c.invoice_id in (select r.invoice_id from invoice r where r.run_id = $1))
), uneven as materialized (
  select d.invoice_id
  from days d
  group by d.invoice_id
  having sum(d.days) <> 0 or sum(d.days * d.weight) <> 0
), charge as (
  select d.invoice_id, d.subscription_id, d.slot, sum(d.billed) as billed, sum(d.covered) as covered
  from (
    select p.invoice_id, p.subscription_id, p.slot, p.period_end - p.period_start as billed,
      0 as covered
    from (
      select distinct l.invoice_id, l.subscription_id, l.slot, l.period_start, l.period_end
      from invoice_line l
      where l.kind = 'period' and l.invoice_id in (select u.invoice_id from uneven u)
    ) p
    union all
    select c.invoice_id, c.subscription_id, c.slot, 0, c.span_end - c.span_start
    from coverage c
    where c.invoice_id in (select u.invoice_id from uneven u)
  ) d
  group by d.invoice_id, d.subscription_id, d.slot
), wrong as materialized (
  select c.invoice_id as id,
    format('it bills %s days of subscription %s slot %s, but covers %s', c.billed,
      c.subscription_id, c.slot, c.covered) as problem
  from charge c
  where c.billed > c.covered
)
select (select count(*) from invoice_line l
  where l.kind = 'period'
    and ($1::bigint is null
      or l.invoice_id in (select r.invoice_id from invoice r where r.run_id = $1))) as looked_at,
  (select count(*) from wrong) as wrong, 'invoice' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
