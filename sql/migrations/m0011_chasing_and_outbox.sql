-- Steps taken against unpaid invoices, and what is to be sent.

create table message (
  message_id  bigint generated always as identity,
  customer_id bigint not null,
  invoice_id  bigint,
  channel     text not null,
  template    text not null,
  recipients  jsonb not null default '[]',
  content     jsonb not null default '{}',
  state       text not null default 'queued',
  reject_reason text,
  tries       integer not null default 0,
  not_before  timestamptz not null default now(),
  queued_at   timestamptz not null default now(),
  sent_at     timestamptz,
  constraint message_pkey primary key (message_id),
  constraint message_customer_fkey foreign key (customer_id) references customer,
  constraint message_invoice_fkey foreign key (invoice_id) references invoice,
  constraint message_channel_known check (channel in ('email', 'letter', 'sms', 'webhook')),
  constraint message_state_known check (state in ('queued', 'sent', 'bounced', 'failed', 'held'))
);
create index message_invoice_idx on message (invoice_id) where invoice_id is not null;
create index message_queued_idx on message (not_before, message_id) where state = 'queued';
comment on table message is
  'The outbox: written with what it tells of, delivered by a step of its own.';

create table chase_step (
  invoice_id  bigint not null,
  chasing_cadence_id bigint not null,
  step        smallint not null,
  action      text not null,
  due_on      date not null,
  taken_on    date not null,
  state       text not null default 'taken',
  reason      text,
  assignee    text,
  message_id  bigint,
  constraint chase_step_pkey primary key (invoice_id, chasing_cadence_id, step),
  constraint chase_step_invoice_fkey foreign key (invoice_id) references invoice,
  constraint chase_step_cadence_fkey foreign key (chasing_cadence_id) references chasing_cadence,
  constraint chase_step_message_fkey foreign key (message_id) references message,
  constraint chase_step_state_known check (state in ('taken', 'missed', 'refused')),
  constraint chase_step_refused_has_reason check ((state = 'refused') = (reason is not null))
);
create index chase_step_taken_idx on chase_step (taken_on);
create index chase_step_message_idx on chase_step (message_id) where message_id is not null;
comment on table chase_step is 'A step taken: once for an invoice, cadence version and step.';
comment on column chase_step.state is
  'missed: a later step was taken in its place; refused: it could not be taken, for the reason.';
comment on column chase_step.assignee is 'Who takes over or calls, as the cadence says.';
