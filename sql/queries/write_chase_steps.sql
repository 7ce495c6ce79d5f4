-- Notes steps of chasing, once for an invoice, cadence version and step.
-- One array element a step: $1 invoice ids, $2 cadence ids int8[], $3 steps int2[], $4 actions
-- text[], $5 due days date[], $6 states, $7 reasons, $8 assignees text[] (nulls for none),
-- $9 message ids int8[] (null for none). $10 as-of day date.
-- Index: chase_step_pkey.
insert into chase_step (invoice_id, chasing_cadence_id, step, action, due_on, taken_on, state,
  reason, assignee, message_id)
select a.invoice_id, a.chasing_cadence_id, a.step, a.action, a.due_on, $10, a.state, a.reason,
  a.assignee, a.message_id
from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::text[], $5::date[], $6::text[],
  $7::text[], $8::text[], $9::bigint[]) as a (invoice_id, chasing_cadence_id, step, action, due_on,
  state, reason, assignee, message_id)
order by a.invoice_id, a.step
