-- What a run did with some payers, as the lines of a manifest, in order of customer.
-- $1 run_id bigint, $2 customer_id bigint: only those after it, $3 count bigint: at most so many.
-- Out: customer_id bigint, is_invoiced boolean, outputs bytea, entry text.
-- Index: run_account_pkey, invoice_run_idx.
select m.customer_id, m.is_invoiced, m.outputs, m.entry
from run_manifest m
where m.run_id = $1 and m.customer_id > $2
order by m.customer_id
limit $3
