-- A run and its seller, to do something with it.
-- $1 run_id bigint.
-- Out: seller_id bigint, seller, kind, posting, state text, as_of, invoice_date date, paused_by
-- text, waiting bigint (batches that are not done), posted bigint (documents that are more than
-- drafts), drafts bigint. Index: run_pkey, run_batch_waiting_idx, invoice_run_idx.
select r.seller_id, s.code as seller, r.kind, r.posting, r.state, r.as_of, r.invoice_date,
  r.paused_by,
  (select count(*) from run_batch b where b.run_id = r.run_id and not b.done) as waiting,
  (select count(*) from invoice i
    where i.run_id = r.run_id and i.state not in ('draft', 'canceled')) as posted,
  (select count(*) from invoice i where i.run_id = r.run_id and i.state = 'draft') as drafts
from run r
join seller s on s.seller_id = r.seller_id
where r.run_id = $1
