-- Gives back days that a run has covered without billing them.
-- $1 run_id bigint, $2 payers int8[], empty for all. Out: how many spans bigint.
-- Index: coverage_run_idx, subscription_pkey, customer_pkey.
with freed as (
  update coverage c
  set released_by = 'reverse'
  where c.run_id = $1 and c.released_by is null
    and (cardinality($2::bigint[]) = 0 or exists (
      select from subscription s
      join customer k on k.customer_id = s.customer_id
      where s.subscription_id = c.subscription_id
        and coalesce(case when k.bill_parent then k.parent_customer_id end, k.customer_id)
          = any($2)))
  returning c.subscription_id
)
select count(*) as spans from freed
