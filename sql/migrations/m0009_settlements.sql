-- What changes a balance: only settlements do (RULES 0.12), from payments, credits and the like.

create table payment (
  payment_id  bigint generated always as identity,
  customer_id bigint not null,
  currency    char(3) not null,
  amount_minor bigint not null,
  received_on date not null,
  method      text not null default 'other',
  reference   text,
  recorded_at timestamptz not null default now(),
  constraint payment_pkey primary key (payment_id),
  constraint payment_customer_fkey foreign key (customer_id) references customer,
  constraint payment_amount_positive check (amount_minor > 0)
);
create unique index payment_reference_key on payment (customer_id, method, reference)
  where reference is not null;
comment on table payment is
  'Money that came in. What no settlement uses is the customer''s credit.';

create table credit (
  credit_id    bigint generated always as identity,
  customer_id  bigint not null,
  kind         text not null,
  currency     char(3) not null,
  amount_minor bigint not null,
  used_minor   bigint not null default 0,
  granted_on   date not null,
  expires_on   date,
  payment_id   bigint,
  credit_note_id bigint,
  constraint credit_pkey primary key (credit_id),
  constraint credit_customer_fkey foreign key (customer_id) references customer,
  constraint credit_payment_fkey foreign key (payment_id) references payment,
  constraint credit_credit_note_fkey foreign key (credit_note_id) references invoice (invoice_id),
  constraint credit_kind_known check (kind in ('money', 'credit_note', 'goodwill')),
  constraint credit_amount_positive check (amount_minor > 0),
  constraint credit_used_within check (used_minor >= 0 and used_minor <= amount_minor)
);
create index credit_open_idx on credit (customer_id) where used_minor < amount_minor;
comment on table credit is
  'What a customer has open with us in one currency: overpaid money, credit notes, goodwill '
  '(RULES 1.12).';
comment on column credit.expires_on is 'Last day, null for never.';

create table payment_attempt (
  payment_attempt_id bigint generated always as identity,
  invoice_id   bigint not null,
  try          integer not null,
  state        text not null,
  automatic    boolean not null default true,
  gateway      text not null,
  payment_source_id bigint not null,
  idempotency_key text not null,
  currency     char(3) not null,
  amount_minor bigint not null,
  as_of        date not null,
  request      jsonb not null,
  gateway_ref  text,
  decline_code text,
  decline_class text,
  intended_at  timestamptz not null default clock_timestamp(),
  settled_at   timestamptz,
  returned_at  timestamptz,
  constraint payment_attempt_pkey primary key (payment_attempt_id),
  constraint payment_attempt_try_key unique (invoice_id, try),
  constraint payment_attempt_key_key unique (idempotency_key),
  constraint payment_attempt_invoice_fkey foreign key (invoice_id) references invoice,
  constraint payment_attempt_source_fkey foreign key (payment_source_id) references payment_source,
  constraint payment_attempt_state_known
    check (state in ('intended', 'approved', 'declined', 'pending', 'unknown', 'returned')),
  constraint payment_attempt_class_where_declined
    check ((state = 'declined') = (decline_class is not null)),
  constraint payment_attempt_amount_positive check (amount_minor > 0)
);
create unique index payment_attempt_live_key on payment_attempt (invoice_id)
  where state in ('intended', 'pending', 'unknown');
comment on table payment_attempt is
  'A charge at a gateway: the intent is committed before the first byte goes out, the outcome '
  'after (RULES 0.5, 0.6). One live attempt an invoice.';

create table refund (
  refund_id    bigint generated always as identity,
  payment_id   bigint not null,
  state        text not null,
  idempotency_key text not null,
  currency     char(3) not null,
  amount_minor bigint not null,
  request      jsonb not null default '{}',
  intended_at  timestamptz not null default clock_timestamp(),
  settled_at   timestamptz,
  constraint refund_pkey primary key (refund_id),
  constraint refund_payment_fkey foreign key (payment_id) references payment,
  constraint refund_key_key unique (idempotency_key),
  constraint refund_state_known
    check (state in ('intended', 'approved', 'declined', 'pending', 'unknown')),
  constraint refund_amount_positive check (amount_minor > 0)
);
comment on table refund is 'Money that goes back, with the same protocol as a charge (RULES 3).';

create table settlement (
  settlement_id bigint generated always as identity,
  invoice_id   bigint not null,
  kind         text not null,
  amount_minor bigint not null,
  effective_on date not null,
  credit_id    bigint,
  payment_id   bigint,
  credit_note_id bigint,
  reverses     bigint,
  recorded_at  timestamptz not null default now(),
  constraint settlement_pkey primary key (settlement_id),
  constraint settlement_invoice_fkey foreign key (invoice_id) references invoice,
  constraint settlement_credit_fkey foreign key (credit_id) references credit,
  constraint settlement_payment_fkey foreign key (payment_id) references payment,
  constraint settlement_credit_note_fkey foreign key (credit_note_id)
    references invoice (invoice_id),
  constraint settlement_reverses_fkey foreign key (reverses) references settlement,
  constraint settlement_reverses_once_key unique (reverses),
  constraint settlement_kind_known
    check (kind in ('payment', 'credit', 'credit_note', 'write_off', 'early_discount',
      'withholding', 'rounding')),
  constraint settlement_sign
    check (case when reverses is null then amount_minor > 0 or kind = 'rounding'
      else amount_minor <> 0 end)
);
create index settlement_invoice_idx on settlement (invoice_id);
comment on table settlement is
  'The only thing that changes a balance; append only, taken back by a row that reverses it '
  '(RULES 0.12).';
