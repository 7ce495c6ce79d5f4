-- Writes what was frozen onto the run.
-- $1 run_id bigint, $2 population bigint, $3 batches bigint
update run set population = $2, batches = $3 where run_id = $1
