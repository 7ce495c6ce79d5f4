-- The runs that somebody asked for, since a moment, to bill one customer alone: what a request has
-- done that had no answer.
-- $1 customer_id bigint, $2 os_user text, $3 since timestamptz. In order of run_id.
-- Out: run_id bigint. Index: event_subject_idx.
select r.run_id
from run r
where r.opened_at >= $3 and r.kind = 'regular'
  and r.scope -> 'customers' = jsonb_build_array($1::bigint)
  and exists (
    select from event e
    where e.kind = 'run_opened' and e.subject_kind = 'run' and e.subject_id = r.run_id
      and e.detail ->> 'os_user' = $2)
order by r.run_id
