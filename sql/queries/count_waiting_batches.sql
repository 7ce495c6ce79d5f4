-- How many batches of a run are not done.
-- $1 run_id bigint. Index: run_batch_waiting_idx.
select count(*) as waiting from run_batch where run_id = $1 and not done
