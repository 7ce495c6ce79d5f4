-- Who of some customers is no payer of a run: it has billed them nothing, and covered no days of
-- what they paid for.
-- $1 run_id bigint, $2 customers int8[]. Out: customer_id bigint.
-- Index: invoice_run_idx, coverage_run_idx.
select w.customer_id
from unnest($2::bigint[]) as w (customer_id)
where not exists (
    select from invoice i where i.run_id = $1 and i.customer_id = w.customer_id)
  and not exists (
    select from coverage c where c.run_id = $1 and c.payer_id = w.customer_id)
order by w.customer_id
