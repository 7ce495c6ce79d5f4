-- The batches of a run, in order: between their numbers there may be gaps.
-- $1 run_id bigint. Out: batch_no integer. Index: run_batch_pkey.
select b.batch_no from run_batch b where b.run_id = $1 order by b.batch_no
