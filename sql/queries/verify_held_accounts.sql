-- Whom a run held has a hold, open or ended since: with the same code, seen by that run, or placed
-- by an operator (invariant 9).
-- $1 run bigint: only its accounts, null for all.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20 that are
-- wrong, or one row of nulls.
with wrong as materialized (
  select a.customer_id as id, format('run %s held it as %s, but there is no such hold', a.run_id,
    a.reason) as problem
  from run_account a
  where a.outcome = 'held' and ($1::bigint is null or a.run_id = $1)
    and not exists (
      select from hold h
      where h.customer_id = a.customer_id
        and (h.code = a.reason
          or (h.first_run_id <= a.run_id and h.last_run_id >= a.run_id)
          or (h.placed_by = 'operator' and a.reason = 'operator_hold')))
)
select (select count(*) from run_account a where a.outcome = 'held'
  and ($1::bigint is null or a.run_id = $1)) as looked_at,
  (select count(*) from wrong) as wrong, 'customer' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
