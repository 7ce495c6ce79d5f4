-- Who of some customers is no payer of a run: it has billed them nothing, and covered no days of
-- what they pay for.
-- $1 run_id bigint, $2 customers int8[]. Out: customer_id bigint.
-- Index: invoice_run_idx, customer_pkey, customer_parent_idx, coverage_run_idx.
select w.customer_id
from unnest($2::bigint[]) as w (customer_id)
where not exists (
    select from invoice i where i.run_id = $1 and i.customer_id = w.customer_id)
  and not exists (
    select from coverage c
    join subscription s on s.subscription_id = c.subscription_id
    join customer k on k.customer_id = s.customer_id
    where c.run_id = $1
      and coalesce(case when k.bill_parent then k.parent_customer_id end, k.customer_id)
        = w.customer_id)
order by w.customer_id
