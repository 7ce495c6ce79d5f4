-- Addresses to which nothing is sent, the newest first, with whom they are of.
-- $1 limit bigint. Out: address, customer_id bigint, customer text, reason text, since text (UTC),
-- since_unix bigint. Index: message_pkey, customer_pkey.
select b.address, m.customer_id, c.name as customer, b.reject_reason as reason,
  to_char(b.since at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as since,
  floor(extract(epoch from b.since))::bigint as since_unix
from bounced_address b
join message m on m.message_id = b.message_id
join customer c on c.customer_id = m.customer_id
order by b.since desc, b.address
limit $1::bigint
