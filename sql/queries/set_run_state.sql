-- Ends a run that is taken back: canceled before it was posted, or reversed after it.
-- $1 run_id bigint, $2 state text. Index: run_pkey.
update run
set state = $2, closed_at = coalesce(closed_at, clock_timestamp())
where run_id = $1
