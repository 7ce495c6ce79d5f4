-- Steps taken against unpaid invoices, and what is to be sent.

create table message (
  message_id  bigint generated always as identity,
  customer_id bigint not null,
  invoice_id  bigint,
  channel     text not null,
  template    text not null,
  recipients  jsonb not null default '[]',
  content     jsonb not null default '{}',
  subject     text,
  text_body   text,
  html_body   text,
  mail_id     text,
  mail_references text[] not null default '{}',
  composed_at timestamptz,
  state       text not null default 'queued',
  reject_code text,
  reject_reason text,
  server_answer text,
  accepted    text[] not null default '{}',
  refused     text[] not null default '{}',
  tries       integer not null default 0,
  claim       uuid,
  not_before  timestamptz not null default now(),
  queued_at   timestamptz not null default now(),
  tried_at    timestamptz,
  sent_at     timestamptz,
  constraint message_pkey primary key (message_id),
  constraint message_customer_fkey foreign key (customer_id) references customer,
  constraint message_invoice_fkey foreign key (invoice_id) references invoice,
  constraint message_channel_known check (channel in ('email', 'letter', 'sms', 'webhook')),
  constraint message_state_known
    check (state in ('queued', 'sent', 'bounced', 'failed', 'held', 'canceled')),
  constraint message_claimed_is_queued check (claim is null or state = 'queued'),
  constraint message_sent_has_moment check ((state = 'sent') = (sent_at is not null))
);
create index message_invoice_idx on message (invoice_id) where invoice_id is not null;
create index message_customer_idx on message (customer_id, message_id);
create index message_queued_idx on message (not_before, message_id) where state = 'queued';
create index message_trouble_idx on message (state, message_id)
  where state in ('held', 'bounced', 'failed');
comment on table message is
  'The outbox: written with what it tells of, delivered by a step of its own.';
comment on column message.content is
  'What whoever queued it wants: subject, message, bcc, reminder, url, payment; the rest is made '
  'when it is composed.';
comment on column message.recipients is '[{"name", "email"}], those that everybody sees.';
comment on column message.mail_id is
  'The Message-ID without its brackets: the same for ever, so that a receiver can tell a message '
  'that comes twice.';
comment on column message.mail_references is
  'The Message-IDs of earlier messages about the invoice to the same address.';
comment on column message.reject_code is 'Why it is held, bounced or failed, or waits, as a code.';
comment on column message.accepted is 'Addresses that a server has taken it for already.';
comment on column message.refused is 'Addresses that a server has refused for good.';
comment on column message.claim is
  'Who is at it; only that process writes what became of it. Null: nobody.';
comment on column message.not_before is
  'When it is tried next; of one that is claimed, when the claim lapses.';
comment on column message.tried_at is 'When it was claimed to be sent for the first time.';

create table bounced_address (
  address       text not null,
  message_id    bigint not null,
  reject_reason text not null,
  since         timestamptz not null default now(),
  constraint bounced_address_pkey primary key (address),
  constraint bounced_address_message_fkey foreign key (message_id) references message,
  constraint bounced_address_lower check (address = lower(address))
);
comment on table bounced_address is
  'Addresses that a server has refused for good: nothing more is sent there until somebody allows '
  'it.';

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
