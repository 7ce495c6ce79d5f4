-- Who is told of events, and how far.

-- The ids of events become visible out of order; the transactions that are over do not.
alter table event add column xact xid8 not null default pg_current_xact_id();
create index event_xact_idx on event (xact, event_id);
comment on column event.xact is 'The transaction that wrote it: what is told goes by it.';

create table webhook_endpoint (
  webhook_endpoint_id bigint generated always as identity,
  url         text not null,
  kinds       text[] not null,
  told_xact   xid8 not null default pg_current_xact_id(),
  told_event_id bigint not null default 0,
  created_by  text not null default session_user,
  created_at  timestamptz not null default now(),
  removed_at  timestamptz,
  constraint webhook_endpoint_pkey primary key (webhook_endpoint_id),
  constraint webhook_endpoint_url_form check (url ~ '^https?://'),
  constraint webhook_endpoint_has_kinds check (cardinality(kinds) > 0)
);
create unique index webhook_endpoint_url_key on webhook_endpoint (url) where removed_at is null;
comment on table webhook_endpoint is 'Services that are told of events by POST requests.';
comment on column webhook_endpoint.kinds is
  'Which events: kinds, in which * stands for anything, as invoice_*.';
comment on column webhook_endpoint.told_xact is
  'Events of all transactions before this one are in the outbox.';
comment on column webhook_endpoint.told_event_id is
  'The highest event that is: how books go on that came to another server.';

alter table message alter column customer_id drop not null;
alter table message add column webhook_endpoint_id bigint;
alter table message add column event_id bigint;
alter table message add constraint message_endpoint_fkey
  foreign key (webhook_endpoint_id) references webhook_endpoint;
alter table message add constraint message_event_fkey foreign key (event_id) references event;
alter table message add constraint message_about_somebody
  check ((customer_id is null) = (webhook_endpoint_id is not null));
alter table message add constraint message_event_whole
  check ((event_id is null) = (webhook_endpoint_id is null));
create unique index message_event_key on message (webhook_endpoint_id, event_id)
  where webhook_endpoint_id is not null;
create index message_endpoint_idx on message (webhook_endpoint_id, message_id)
  where webhook_endpoint_id is not null and state = 'queued';
comment on column message.event_id is 'What an endpoint is told of; null for all else.';
