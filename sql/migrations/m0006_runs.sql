-- A run, its frozen population, its batches and what became of each account.

create table run (
  run_id       bigint generated always as identity,
  kind         text not null,
  seller_id    bigint not null,
  as_of        date not null,
  invoice_date date not null,
  posting      text not null default 'direct',
  state        text not null,
  scope        jsonb not null default '{}',
  options      jsonb not null default '{}',
  gate         text,
  paused_by    text,
  population   bigint not null default 0,
  batches      integer not null default 0,
  program      text not null,
  opened_at    timestamptz not null default clock_timestamp(),
  closed_at    timestamptz,
  fingerprint  text,
  phases       jsonb not null default '[]',
  error        text,
  constraint run_pkey primary key (run_id),
  constraint run_seller_fkey foreign key (seller_id) references seller,
  constraint run_kind_known check (kind in ('regular', 'backfill', 'catch_up', 'preview', 'dry')),
  constraint run_posting_known check (posting in ('direct', 'gated')),
  constraint run_gate_known check (gate in ('pass', 'hold_some', 'hold_all')),
  constraint run_state_known
    check (state in ('pending', 'processing', 'completed', 'posted', 'error', 'canceled',
      'reversed')),
  constraint run_closed_when_done check ((state in ('pending', 'processing')) = (closed_at is null))
);
create unique index run_one_open_key on run (seller_id, kind)
  where state in ('pending', 'processing');
comment on table run is
  'One bill run: its frozen options, the population it counted and the fingerprint of what it '
  'made.';
comment on column run.gate is
  'What the look between drafts and posting came to (gate_finding); null before it, and where '
  'nobody looks.';
comment on column run.paused_by is
  'Who has paused the run: nobody works on it until it is resumed; null while it is not paused.';
comment on column run.phases is '[{"name":"bill","seconds":0.9}, …]: how long each step took.';
comment on column run.fingerprint is
  'sha256 over customers, lines and totals in the order of customers, without ids, numbers and '
  'times.';

create table run_batch (
  run_id    bigint not null,
  batch_no  integer not null,
  payer_ids bigint[] not null,
  done      boolean not null default false,
  constraint run_batch_pkey primary key (run_id, batch_no),
  constraint run_batch_run_fkey foreign key (run_id) references run
);
alter table run_batch alter payer_ids set storage external;
create index run_batch_waiting_idx on run_batch (run_id, batch_no) where not done;
comment on table run_batch is
  'The frozen population in batches: the payers of one transaction. A lane claims a row by '
  'locking it, so a crash sets it free. Numbers go by due periods: where a payer has those of '
  'several batches, they have a gap.';

create table run_account (
  run_id      bigint not null,
  customer_id bigint not null,
  batch_no    integer not null,
  outcome     text not null,
  reason      text,
  invoices    integer not null,
  inputs      bytea not null,
  outputs     bytea not null,
  constraint run_account_pkey primary key (run_id, customer_id),
  constraint run_account_outcome_known check (outcome in ('invoiced', 'nothing_due', 'held')),
  constraint run_account_reason_where_needed check ((outcome = 'invoiced') = (reason is null)),
  constraint run_account_invoices_where_invoiced check ((outcome = 'invoiced') = (invoices > 0))
);
comment on table run_account is 'The work item: what the run did with one payer, and why.';
comment on column run_account.inputs is
  'Digest of all that the payer''s billing read, to refuse a manifest whose inputs have changed.';
comment on column run_account.outputs is
  'Digest of the invoices made, without ids, numbers and times.';

create table manifest_account (
  run_id      bigint not null,
  customer_id bigint not null,
  inputs      bytea not null,
  outputs     bytea not null,
  constraint manifest_account_pkey primary key (run_id, customer_id),
  constraint manifest_account_run_fkey foreign key (run_id) references run
);
comment on table manifest_account is
  'Whom a run that commits a manifest looks at, and the digests that the manifest has of the '
  'payer: where the run comes to others, it holds the payer.';

create table hold (
  hold_id      bigint generated always as identity,
  customer_id  bigint not null,
  placed_by    text not null,
  code         text not null,
  message      text not null,
  first_run_id bigint,
  last_run_id  bigint,
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  tries        integer not null default 1,
  released_at  timestamptz,
  released_by  text,
  constraint hold_pkey primary key (hold_id),
  constraint hold_customer_fkey foreign key (customer_id) references customer,
  constraint hold_first_run_fkey foreign key (first_run_id) references run,
  constraint hold_last_run_fkey foreign key (last_run_id) references run,
  constraint hold_placed_by_known check (placed_by in ('run', 'operator')),
  constraint hold_released_whole check ((released_at is null) = (released_by is null))
);
create unique index hold_open_key on hold (customer_id, placed_by) where released_at is null;
comment on table hold is
  'Why a payer is not billed, since when, and how often that was tried. A run''s hold ends by '
  'itself when the payer can be billed.';

create table gate_finding (
  run_id      bigint not null,
  finding_no  integer not null,
  code        text not null,
  customer_id bigint,
  message     text not null,
  released_at timestamptz,
  released_by text,
  constraint gate_finding_pkey primary key (run_id, finding_no),
  constraint gate_finding_run_fkey foreign key (run_id) references run,
  constraint gate_finding_customer_fkey foreign key (customer_id) references customer,
  constraint gate_finding_released_whole check ((released_at is null) = (released_by is null))
);
create index gate_finding_open_idx on gate_finding (run_id, customer_id)
  where released_at is null;
comment on table gate_finding is
  'What is strange about a run''s drafts: while it is not released, those of the payer stay '
  'drafts, or all of them where it is about the whole run.';
comment on column gate_finding.customer_id is 'The payer; null: it is about the whole run.';
comment on column gate_finding.message is 'What was found, and the limit, in words.';
