-- Notes that a run is taken back where nothing of it is left: no document stands, no draft waits,
-- no days are covered by it.
-- $1 run_id bigint. Index: run_pkey, invoice_run_idx, coverage_run_idx.
update run r
set state = 'reversed', closed_at = coalesce(r.closed_at, clock_timestamp())
where r.run_id = $1 and r.state in ('completed', 'posted')
  and not exists (
    select from invoice i
    where i.run_id = r.run_id and i.state in ('draft', 'open', 'written_off'))
  and not exists (
    select from coverage c where c.run_id = r.run_id and c.released_by is null)
