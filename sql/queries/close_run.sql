-- Closes a run: its fingerprint is the hash of its accounts' hashes in order of customer, bucket by
-- bucket, so that it does not depend on batches or lanes.
-- A run whose drafts are not all posted stays completed. Returns no row when it was closed already.
-- $1 run_id bigint, $2 phases jsonb. Index: run_account_pkey, invoice_run_idx.
update run
set state = case
      when posting = 'direct' then 'posted'
      when exists (select from invoice i where i.run_id = $1 and i.state = 'draft') then 'completed'
      else 'posted' end,
    closed_at = clock_timestamp(), phases = $2,
    fingerprint = 'sha256:' || encode(sha256(coalesce((
      select string_agg(digest, ''::bytea order by bucket)
      from (select customer_id / 10000 as bucket,
              sha256(string_agg(outputs, ''::bytea order by customer_id)) as digest
            from run_account where run_id = $1 and outcome = 'invoiced' group by 1) buckets),
      ''::bytea)), 'hex')
where run_id = $1 and state in ('pending', 'processing')
returning fingerprint
