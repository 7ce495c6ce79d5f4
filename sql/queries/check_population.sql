-- The control totals of a run: whom it counted, and what became of them.
-- $1 run_id bigint
-- Columns: population (in its batches), accounts (outcomes written), strays (batches whose outcomes
-- are not those of their payers, by count and hash total), counted (when it was opened, but for
-- payers who were struck).
with batch as (
  select b.batch_no, cardinality(b.payer_ids) as payers,
    (select sum(payer_id) from unnest(b.payer_ids) as payer_id) as hash_total
  from run_batch b
  where b.run_id = $1
), ended as (
  select batch_no, count(*) as accounts, sum(customer_id) as hash_total
  from run_account
  where run_id = $1
  group by batch_no
)
select coalesce(sum(b.payers), 0)::bigint as population,
  coalesce(sum(e.accounts), 0)::bigint as accounts,
  count(*) filter (where (coalesce(b.payers, 0), coalesce(b.hash_total, 0))
    <> (coalesce(e.accounts, 0), coalesce(e.hash_total, 0))) as strays,
  (select population from run where run_id = $1) as counted
from batch b
full join ended e on e.batch_no = b.batch_no
