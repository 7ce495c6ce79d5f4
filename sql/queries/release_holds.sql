-- Ends operators' holds, and notes who did so; a run's hold ends by itself when the customer can
-- be billed.
-- $1 customer bigint, null for all; $2 code text, null for all; $3 os_user text
-- Out: hold_id, customer_id bigint, code text.
with released as (
  update hold h
  set released_at = now(), released_by = session_user
  where h.placed_by = 'operator' and h.released_at is null
    and ($1::bigint is null or h.customer_id = $1)
    and ($2::text is null or h.code = $2)
  returning h.hold_id, h.customer_id, h.code
), noted as (
  insert into event (kind, subject_kind, subject_id, detail)
  select 'hold_released', 'customer', r.customer_id,
    jsonb_build_object('hold', r.hold_id, 'code', r.code, 'os_user', $3::text)
  from released r
)
select r.hold_id, r.customer_id, r.code
from released r
order by r.hold_id;
