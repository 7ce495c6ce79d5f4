-- Notes of runs whose drafts waited that none waits any more: posted, or canceled where nothing of
-- it was posted.
-- $1 ids of invoices whose state has changed int8[]. Out: run_id bigint, state text.
-- Index: invoice_pkey, run_pkey, invoice_run_idx.
update run r
set state = case
  when exists (select from invoice i where i.run_id = r.run_id and i.state <> 'canceled')
    then 'posted' else 'canceled' end
where r.state = 'completed'
  and r.run_id in (select i.run_id from invoice i where i.invoice_id = any($1))
  -- Looked for from the end, since posting begins with the first.
  and (
    select i.invoice_id from invoice i
    where i.run_id = r.run_id and i.state = 'draft'
    order by i.customer_id desc
    limit 1) is null
returning r.run_id, r.state
