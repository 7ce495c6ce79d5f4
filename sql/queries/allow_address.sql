-- Lets an address have messages again. $1 address text, $2 os_user text. Out: event ids, none where
-- the address was not stopped. Index: bounced_address_pkey, message_pkey.
with allowed as (
  delete from bounced_address where address = lower($1::text)
  returning address, message_id
)
insert into event (kind, subject_kind, subject_id, detail)
select 'address_allowed', 'customer', m.customer_id,
  jsonb_build_object('address', a.address, 'os_user', $2::text)
from allowed a
join message m on m.message_id = a.message_id
returning event_id
