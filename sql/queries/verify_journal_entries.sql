-- Every entry of the journal balances (invariant 10).
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with entry as (
  select l.journal_id, sum(l.amount_minor) as difference
  from journal_line l
  group by l.journal_id
), wrong as materialized (
  select j.journal_id as id,
    case when e.journal_id is null then 'it has no lines'
      else format('it is out of balance by %s', e.difference) end as problem
  from journal j
  left join entry e on e.journal_id = j.journal_id
  where e.journal_id is null or e.difference <> 0
)
select (select count(*) from journal) as looked_at,
  (select count(*) from wrong) as wrong, 'journal' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
