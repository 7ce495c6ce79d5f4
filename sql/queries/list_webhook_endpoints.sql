-- The services that are told of events, with what waits for them.
-- $1 id bigint, null for all. Out: webhook_endpoint_id bigint, url text, kinds text[], created_by
-- text, created bigint (UNIX seconds), waiting, failed bigint.
-- Index: webhook_endpoint_pkey, message_endpoint_idx, message_trouble_idx.
select p.webhook_endpoint_id, p.url, p.kinds, p.created_by,
  floor(extract(epoch from p.created_at))::bigint as created,
  (select count(*) from message m
    where m.webhook_endpoint_id = p.webhook_endpoint_id and m.state = 'queued') as waiting,
  (select count(*) from message m
    where m.webhook_endpoint_id = p.webhook_endpoint_id and m.state = 'failed') as failed
from webhook_endpoint p
where p.removed_at is null and ($1::bigint is null or p.webhook_endpoint_id = $1)
order by p.webhook_endpoint_id
