-- Notes that the drafts of a run have been looked at, and what was found.
-- $1 run_id bigint. Out: gate text. Index: gate_finding_pkey.
update run
set gate = case
  when exists (select from gate_finding f where f.run_id = $1 and f.customer_id is null)
    then 'hold_all'
  when exists (select from gate_finding f where f.run_id = $1) then 'hold_some'
  else 'pass' end
where run_id = $1 and gate is null
returning gate
