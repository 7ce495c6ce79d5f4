-- Puts into the outbox what endpoints are to be told of events, in the order of the transactions
-- that wrote them. Events of a transaction that is not over, and of all that began after it, wait:
-- an event that is passed over would never be told. Transactions of other databases write none.
-- Where the books came from a server whose transactions count higher, the ids of events tell.
-- Out: webhook_endpoint_id, message_id. Index: event_xact_idx, event_pkey, message_event_key.
with horizon as materialized (
  select coalesce((
      select w.xact
      from pg_snapshot_xip(s.now) as w (xact)
      where not exists (
        select from pg_locks l
        cross join pg_stat_get_activity(l.pid) a
        where l.locktype = 'transactionid' and l.granted and l.transactionid = w.xact::xid
          and a.datid <> (
            select d.oid from pg_database d where d.datname = current_database()))
      order by w.xact
      limit 1), pg_snapshot_xmax(s.now)) as begins,
    pg_snapshot_xmax(s.now) as ends
  from (select pg_current_snapshot() as now) s
), endpoint as materialized (
  select p.*
  from webhook_endpoint p
  where p.removed_at is null
  order by p.webhook_endpoint_id
  for no key update skip locked
), due as materialized (
  select p.webhook_endpoint_id, p.url, e.event_id, e.kind, e.xact
  from horizon h
  cross join endpoint p
  join event e on e.xact >= p.told_xact and e.xact < h.begins
  where p.told_xact <= h.ends
  union all
  select p.webhook_endpoint_id, p.url, e.event_id, e.kind, e.xact
  from horizon h
  cross join endpoint p
  join event e on e.event_id > p.told_event_id and (e.xact < h.begins or e.xact >= h.ends)
  where p.told_xact > h.ends
), wanted as (
  select d.*
  from due d
  join endpoint p on p.webhook_endpoint_id = d.webhook_endpoint_id
  where exists (
    select from unnest(p.kinds) as k (kind)
    where d.kind like replace(replace(k.kind, '_', '\_'), '*', '%'))
), queued as (
  insert into message (webhook_endpoint_id, event_id, channel, template, content, composed_at)
  select w.webhook_endpoint_id, w.event_id, 'webhook', w.kind,
    jsonb_build_object('url', w.url), now()
  from wanted w
  order by w.xact, w.event_id, w.webhook_endpoint_id
  on conflict (webhook_endpoint_id, event_id) where webhook_endpoint_id is not null do nothing
  returning webhook_endpoint_id, message_id
), moved as (
  update webhook_endpoint p
  set told_xact = case when l.told_xact > h.ends then h.begins
      else greatest(l.told_xact, h.begins) end,
    told_event_id = greatest(p.told_event_id, coalesce((
      select max(d.event_id) from due d
      where d.webhook_endpoint_id = p.webhook_endpoint_id), 0))
  from endpoint l, horizon h
  where p.webhook_endpoint_id = l.webhook_endpoint_id
)
select q.webhook_endpoint_id, q.message_id
from queued q
order by q.message_id
