-- Has a service told of nothing more: what waits for it is canceled, but what is being sent.
-- $1 id bigint. Out: webhook_endpoint_id. Index: webhook_endpoint_pkey, message_endpoint_idx.
with removed as (
  update webhook_endpoint p
  set removed_at = now()
  where p.webhook_endpoint_id = $1 and p.removed_at is null
  returning p.webhook_endpoint_id
), canceled as (
  update message m
  set state = 'canceled', claim = null, reject_code = 'endpoint_removed'
  from removed r
  where m.webhook_endpoint_id = r.webhook_endpoint_id and m.state = 'queued'
    and (m.claim is null or m.not_before <= now())
)
select r.webhook_endpoint_id from removed r
