-- Every payer of a batch that is done has exactly one outcome (run_account_pkey: at most one), and
-- nobody else has one.
-- $1 run bigint: only its accounts, null for all.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with payer as (
  select b.run_id, b.batch_no, p.customer_id
  from run_batch b, unnest(b.payer_ids) as p (customer_id)
  -- What a dry run did is taken back.
  where b.done and ($1::bigint is null or b.run_id = $1)
    and not exists (select from run r where r.run_id = b.run_id and r.kind = 'dry')
), account as (
  select a.run_id, a.batch_no, a.customer_id
  from run_account a
  where $1::bigint is null or a.run_id = $1
), wrong as materialized (
  select coalesce(a.customer_id, p.customer_id) as id,
    case when a.customer_id is null
      then format('run %s, batch %s: it has no outcome', p.run_id, p.batch_no)
      else format('run %s, batch %s: it has an outcome, but is not in that batch',
                  a.run_id, a.batch_no) end as problem
  from payer p
  full join account a on a.run_id = p.run_id and a.customer_id = p.customer_id
    and a.batch_no = p.batch_no
  where a.customer_id is null or p.customer_id is null
)
select (select count(*) from run_account a where $1::bigint is null or a.run_id = $1) as looked_at,
  (select count(*) from wrong) as wrong, 'customer' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
