-- The shares of a discount sum to it, and line by line to what the lines carry
-- (invariant 2; RULES 1.1).
-- $1 run bigint: only its documents, null for all.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with carried as (
  select p.invoice_id, p.line_no, sum(p.own) as own, sum(p.shared) as shared
  from (
    select d.invoice_id, d.line_no, d.amount_minor as own, 0 as shared
    from invoice_discount d
    where d.line_no is not null
      and ($1::bigint is null
        or d.invoice_id in (select r.invoice_id from invoice r where r.run_id = $1))
    union all
    select d.invoice_id, s.line_no, 0, s.amount
    from invoice_discount d
    cross join lateral unnest(d.share_lines, d.share_minor) as s (line_no, amount)
    where $1::bigint is null
      or d.invoice_id in (select r.invoice_id from invoice r where r.run_id = $1)
    union all
    select l.invoice_id, l.line_no, -l.discount_minor, -l.invoice_discount_minor
    from invoice_line l
    where (l.discount_minor <> 0 or l.invoice_discount_minor <> 0)
      and ($1::bigint is null
        or l.invoice_id in (select r.invoice_id from invoice r where r.run_id = $1))
  ) p
  group by p.invoice_id, p.line_no
), wrong as materialized (
  select d.invoice_id as id,
    format('discount %s of %s, but its shares sum to %s', d.discount_no, d.amount_minor,
      s.amount) as problem
  from invoice_discount d
  cross join lateral (
    select coalesce(sum(a.amount), 0) as amount from unnest(d.share_minor) as a (amount)) s
  where d.line_no is null and d.amount_minor <> s.amount
    and ($1::bigint is null
      or d.invoice_id in (select r.invoice_id from invoice r where r.run_id = $1))
  union all
  select c.invoice_id,
    case when c.own <> 0
      then format('line %s: its own discounts sum to %s more than it carries', c.line_no, c.own)
         else format('line %s: its shares sum to %s more than it carries', c.line_no, c.shared) end
  from carried c
  where c.own <> 0 or c.shared <> 0
)
select (select count(*) from invoice_discount d
  where $1::bigint is null
    or d.invoice_id in (select r.invoice_id from invoice r where r.run_id = $1)) as looked_at,
  (select count(*) from wrong) as wrong, 'invoice' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
