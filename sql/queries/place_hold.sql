-- Keeps a customer from being billed until an operator releases it, and notes who did so.
-- $1 customer bigint, $2 code text, $3 reason text, $4 os_user text
-- Out: hold_id bigint; no row when there is no such customer. An operator's hold that stands
-- already: hold_open_key.
with placed as (
  insert into hold (customer_id, placed_by, code, message)
  select c.customer_id, 'operator', $2, $3
  from customer c
  where c.customer_id = $1
  returning hold_id, customer_id, code, message
), noted as (
  insert into event (kind, subject_kind, subject_id, detail)
  select 'hold_placed', 'customer', p.customer_id,
    jsonb_build_object('hold', p.hold_id, 'code', p.code, 'reason', p.message, 'os_user', $4::text)
  from placed p
)
select p.hold_id
from placed p;
