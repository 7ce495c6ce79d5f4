-- What is settled is the sum of the settlements, and 0 ≤ balance ≤ total + rounding
-- (invariant 1; RULES 0.12).
-- $1 run bigint: only its documents, null for all.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with settled as (
  select s.invoice_id, sum(s.amount_minor) as amount,
    sum(s.amount_minor)
      filter (where s.kind in ('credit', 'credit_note') and s.reverses is null) as credits
  from settlement s
  where $1::bigint is null
    or s.invoice_id in (select r.invoice_id from invoice r where r.run_id = $1)
  group by s.invoice_id
), wrong as materialized (
  select i.invoice_id as id,
    case
      when i.settled_minor <> coalesce(s.amount, 0)
        then format('settled %s, but its settlements sum to %s', i.settled_minor,
          coalesce(s.amount, 0))
      when i.credits_applied_minor > coalesce(s.credits, 0)
        then format('credits applied %s, but only %s of its settlements are credits',
          i.credits_applied_minor, coalesce(s.credits, 0))
      when i.state = 'reversed' and i.settled_minor < i.total_minor + i.rounding_minor
        then format('reversed, and %s of it are still owed',
          i.total_minor + i.rounding_minor - i.settled_minor)
      else format('a balance of %s is not within 0 and %s',
        i.total_minor + i.rounding_minor - i.settled_minor,
                  i.total_minor + i.rounding_minor)
    end as problem
  from invoice i
  left join settled s on s.invoice_id = i.invoice_id
  where ($1::bigint is null or i.run_id = $1)
    and (i.settled_minor <> coalesce(s.amount, 0)
      or i.credits_applied_minor > coalesce(s.credits, 0)
      or i.settled_minor < 0
      or i.settled_minor > i.total_minor + i.rounding_minor
      or i.state = 'reversed' and i.settled_minor < i.total_minor + i.rounding_minor)
)
select (select count(*) from invoice i where $1::bigint is null or i.run_id = $1) as looked_at,
  (select count(*) from wrong) as wrong, 'invoice' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
