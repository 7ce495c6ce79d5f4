-- How many documents of a run wait as drafts, and how many of them its gate holds.
-- $1 run_id bigint. Out: drafts, held, documents bigint (all but canceled ones).
-- Index: invoice_run_idx, gate_finding_open_idx.
select count(*) filter (where i.state = 'draft') as drafts,
  count(*) filter (where i.state = 'draft' and (
    exists (select from gate_finding f
      where f.run_id = i.run_id and f.customer_id is null and f.released_at is null)
    or exists (select from gate_finding f
      where f.run_id = i.run_id and f.customer_id = i.customer_id and f.released_at is null)))
    as held,
  count(*) filter (where i.state <> 'canceled') as documents
from invoice i
where i.run_id = $1
