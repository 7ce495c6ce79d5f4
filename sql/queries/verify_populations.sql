-- A closed run did all its batches, and invoiced + nothing due + held is the population it counted
-- (invariant 9).
-- $1 run bigint: only this one, null for all.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with outcome as (
  select a.run_id, count(*) as accounts
  from run_account a
  where $1::bigint is null or a.run_id = $1
  group by a.run_id
), batch as (
  select b.run_id, sum(cardinality(b.payer_ids)) as payers,
    count(*) filter (where not b.done) as waiting
  from run_batch b
  where $1::bigint is null or b.run_id = $1
  group by b.run_id
), wrong as materialized (
  select r.run_id as id,
    case
      when r.population <> coalesce(b.payers, 0)
        then format('population %s, but its batches hold %s payers', r.population,
          coalesce(b.payers, 0))
      when b.waiting > 0
        then format('it is %s, but %s of its batches are not done', r.state, b.waiting)
      else format('population %s, but %s have an outcome', r.population, coalesce(o.accounts, 0))
    end as problem
  from run r
  left join outcome o on o.run_id = r.run_id
  left join batch b on b.run_id = r.run_id
  where ($1::bigint is null or r.run_id = $1)
    and r.state in ('completed', 'posted', 'reversed')
    and (r.population <> coalesce(b.payers, 0)
      or b.waiting > 0
      or r.population <> coalesce(o.accounts, 0))
)
select (select count(*) from run r
  where ($1::bigint is null or r.run_id = $1) and r.state in ('completed', 'posted', 'reversed'))
    as looked_at,
  (select count(*) from wrong) as wrong, 'run' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
