-- Ends a run that was only looked at, or is canceled before it was posted.
-- $1 run_id bigint, $2 state text. Index: run_pkey.
update run
set state = $2, closed_at = coalesce(closed_at, clock_timestamp())
where run_id = $1
