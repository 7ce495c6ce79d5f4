-- Claims the next messages that are due, and says until when nobody else may: a claim that nobody
-- ends lapses, and the same messages are due again.
-- $1 channels text[], $2 limit bigint, $3 claim text (a uuid), $4 seconds that it lasts int4,
-- $5 boolean: only what is not composed, and not to be sent now.
-- An endpoint is told of events in their order: while one waits to be tried again, for an hour and
-- a half, none after it is claimed.
-- Out: message_id. Index: message_queued_idx, message_endpoint_idx.
with due as (
  select m.message_id
  from message m
  where m.state = 'queued' and m.not_before <= now() and m.channel = any($1::text[])
    and not ($5::boolean and m.composed_at is not null)
    and (m.webhook_endpoint_id is null or not exists (
      select from message e
      where e.webhook_endpoint_id = m.webhook_endpoint_id and e.message_id < m.message_id
        and e.state = 'queued' and e.not_before > now() and e.tries < 5
        and e.claim is distinct from $3::uuid))
  order by m.not_before, m.message_id
  limit $2::bigint
  for no key update skip locked
)
update message m
set claim = $3::uuid, not_before = now() + make_interval(secs => $4::integer),
  tried_at = case when $5::boolean then m.tried_at else coalesce(m.tried_at, now()) end
from due d
where m.message_id = d.message_id
returning m.message_id
