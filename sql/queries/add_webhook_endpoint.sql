-- Has a service told of events from now on; it is told of none where its address is there already.
-- $1 url text, $2 kinds text[]. Out: webhook_endpoint_id. Index: webhook_endpoint_url_key.
insert into webhook_endpoint (url, kinds, told_event_id)
values ($1, $2, coalesce((select max(e.event_id) from event e), 0))
on conflict (url) where removed_at is null do nothing
returning webhook_endpoint_id
