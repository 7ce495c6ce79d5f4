-- Puts messages into another state by hand, those of them that nobody is at; to be sent only where
-- the service that is told is still there.
-- $1 message ids int8[], $2 states that they may be in text[], $3 new state text, $4 event kind
-- text, $5 os_user text, $6 boolean: composed anew.
-- Out: message_id. Index: message_pkey, webhook_endpoint_pkey.
with moved as (
  update message m
  set state = $3::text, not_before = now(), claim = null, tried_at = null,
    composed_at = case when $6::boolean then null else m.composed_at end,
    reject_code = case when $3::text = 'queued' then null else m.reject_code end,
    reject_reason = case when $3::text = 'queued' then null else m.reject_reason end,
    refused = case when $3::text = 'queued' then '{}' else m.refused end
  from (select message_id, state as old from message where message_id = any($1::bigint[])
    for no key update) o
  where m.message_id = o.message_id and m.state = any($2::text[])
    and (m.claim is null or m.not_before <= now())
    and not ($3::text = 'queued' and exists (
      select from webhook_endpoint p
      where p.webhook_endpoint_id = m.webhook_endpoint_id and p.removed_at is not null))
  returning m.message_id, o.old
), noted as (
  insert into event (kind, subject_kind, subject_id, detail)
  select $4::text, 'message', m.message_id,
    jsonb_build_object('old', m.old, 'new', $3::text, 'os_user', $5::text)
  from moved m
  order by m.message_id
)
select m.message_id from moved m order by m.message_id
