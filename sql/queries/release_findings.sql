-- Releases what a gate found of a run, so that its drafts can be posted.
-- $1 run_id bigint, $2 payers int8[], empty for all that was found. Out: how many bigint.
-- Index: gate_finding_open_idx.
with released as (
  update gate_finding
  set released_at = now(), released_by = session_user
  where run_id = $1 and released_at is null
    and (cardinality($2::bigint[]) = 0 or customer_id = any($2))
  returning finding_no
)
select count(*) from released
