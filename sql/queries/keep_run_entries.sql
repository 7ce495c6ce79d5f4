-- Keeps what a run did with its payers, to be compared.
-- $1 side smallint: 1 or 2, $2 run_id bigint. Index: run_account_pkey, invoice_run_idx.
insert into manifest_entry (side, customer_id, doc)
select $1, m.customer_id, m.entry::jsonb
from run_manifest m
where m.run_id = $2
