-- Claims the next batch that nobody is at: the lock is the claim, and a crash sets it free. Of a
-- run that is paused there is none.
-- $1 run_id bigint. Index: run_batch_waiting_idx.
select batch_no, payer_ids
from run_batch
where run_id = $1 and not done and (select r.paused_by from run r where r.run_id = $1) is null
order by batch_no
limit 1
for update skip locked
