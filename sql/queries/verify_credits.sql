-- What is used of a credit is the sum of the settlements it pays and of what was paid out of it;
-- goodwill is a discount and settles nothing (RULES 1.12).
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with used as (
  select u.credit_id, sum(u.amount_minor) as amount
  from (
    select s.credit_id, s.amount_minor from settlement s where s.credit_id is not null
    union all
    select p.credit_id, p.amount_minor from credit_payout p) u
  group by u.credit_id
), wrong as materialized (
  select c.credit_id as id,
    format('used %s, but what it paid sums to %s', c.used_minor, coalesce(u.amount, 0)) as problem
  from credit c
  left join used u on u.credit_id = c.credit_id
  where c.kind <> 'goodwill' and c.used_minor <> coalesce(u.amount, 0)
)
select (select count(*) from credit c where c.kind <> 'goodwill') as looked_at,
  (select count(*) from wrong) as wrong, 'credit' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
