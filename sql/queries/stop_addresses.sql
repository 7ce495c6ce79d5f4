-- Stops addresses that a server has refused for good, with an event for each that was not.
-- $1 addresses text[], $2 message ids int8[], $3 reasons text[], $4 os_user text.
-- Index: bounced_address_pkey, message_pkey.
with stopped as (
  insert into bounced_address (address, message_id, reject_reason)
  select distinct on (lower(a.address)) lower(a.address), a.message_id, a.reason
  from unnest($1::text[], $2::bigint[], $3::text[]) as a (address, message_id, reason)
  order by lower(a.address), a.message_id
  on conflict (address) do nothing
  returning address, message_id, reject_reason
)
insert into event (kind, subject_kind, subject_id, detail)
select 'address_stopped', 'customer', m.customer_id, jsonb_build_object('address', s.address,
  'message', s.message_id, 'reason', s.reject_reason, 'os_user', $4::text)
from stopped s
join message m on m.message_id = s.message_id
order by s.address
