-- How many batches of a run are not done, and who has paused it.
-- $1 run_id bigint. Index: run_batch_waiting_idx.
select count(*) as waiting, (select r.paused_by from run r where r.run_id = $1) as paused_by
from run_batch
where run_id = $1 and not done
