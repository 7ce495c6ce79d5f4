-- Invoices made by hand: what was asked for, the files that go with documents, and late fees.

create table invoice_request (
  invoice_id bigint not null,
  seller_id  bigint not null,
  number     text collate "C",
  request    jsonb not null,
  constraint invoice_request_pkey primary key (invoice_id),
  constraint invoice_request_invoice_fkey foreign key (invoice_id) references invoice,
  constraint invoice_request_seller_fkey foreign key (seller_id) references seller,
  constraint invoice_request_number_key unique (seller_id, number)
);
comment on table invoice_request is
  'What a document was made from that no run made: the object as it came, with what was inherited '
  'then. A changed draft is priced again from it.';
comment on column invoice_request.number is
  'The number that it gets when it is posted, null for the next of its series (RULES 2).';

create table file (
  file_id    bigint generated always as identity,
  name       text not null,
  type       text not null,
  sha256     bytea not null,
  content    bytea not null,
  created_at timestamptz not null default now(),
  constraint file_pkey primary key (file_id),
  constraint file_name_not_empty check (name <> ''),
  constraint file_hash_whole check (length(sha256) = 32)
);
comment on table file is 'A file that can be attached to documents; its content never changes.';

create table attachment (
  attachment_id bigint generated always as identity,
  invoice_id  bigint not null,
  file_id     bigint not null,
  attached_at timestamptz not null default now(),
  constraint attachment_pkey primary key (attachment_id),
  constraint attachment_file_key unique (invoice_id, file_id),
  constraint attachment_invoice_fkey foreign key (invoice_id) references invoice,
  constraint attachment_file_fkey foreign key (file_id) references file
);
create index attachment_file_idx on attachment (file_id);
comment on table attachment is 'Which files go with which document.';

create table message_file (
  message_id bigint not null,
  place      smallint not null,
  file_id    bigint not null,
  constraint message_file_pkey primary key (message_id, place),
  constraint message_file_message_fkey foreign key (message_id) references message,
  constraint message_file_file_fkey foreign key (file_id) references file
);
create index message_file_file_idx on message_file (file_id);
comment on table message_file is 'Which files go with a message, in order.';

create index invoice_draft_idx on invoice (seller_id, invoice_date, customer_id, invoice_id)
  where state = 'draft';

alter table invoice_discount
  add constraint invoice_discount_credit_fkey foreign key (credit_id) references credit;

-- What a fee is for never changes, and a step is taken once: also when its fee was voided.
create table late_fee (
  invoice_id     bigint not null,
  step           integer not null,
  chasing_cadence_id bigint,
  fee_invoice_id bigint not null,
  constraint late_fee_document_key unique (fee_invoice_id),
  constraint late_fee_invoice_fkey foreign key (invoice_id) references invoice,
  constraint late_fee_document_fkey foreign key (fee_invoice_id) references invoice (invoice_id),
  constraint late_fee_of_another check (fee_invoice_id <> invoice_id),
  constraint late_fee_step_positive check (step > 0)
);
create unique index late_fee_step_key
  on late_fee (invoice_id, step, coalesce(chasing_cadence_id, 0));
comment on table late_fee is
  'Fees for paying late: documents of their own, one a step of the invoice that is overdue '
  '(RULES 3).';
comment on column late_fee.chasing_cadence_id is
  'The version of the cadence whose step it is, so that another''s steps count anew; null: by '
  'hand.';

create trigger late_fee_append_only before update or delete or truncate on late_fee
  for each statement execute function refuse_rewriting();

-- Who makes drafts must write figures: these hold off such a role where a document is posted. They
-- bind whoever has the rights by a grant, as column rights do, and not the owner of the tables. No
-- temporary table stands in for what they look at.
create function posted_figures_stay() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
  if pg_has_role((select c.relowner from pg_class c where c.oid = tg_relid), 'usage') then
    return new;
  end if;
  raise insufficient_privilege using
    message = format('document %s is posted, its figures stay', old.invoice_id),
    table = tg_table_name;
end $$;

create trigger invoice_figures_stay
  before update of kind, subscription_id, currency, invoice_date, due_date, payment_terms,
    subtotal_minor, discount_minor, tax_minor, total_minor, rounding_minor, early_discount_until,
    early_discount_minor, seller_party_version, customer_party_version, created_at
  on invoice for each row when (old.state <> 'draft') execute function posted_figures_stay();

-- What a run has billed keeps its figures from the number on: unposted, too.
create function numbered_figures_stay() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
  is_numbered boolean;
begin
  if pg_has_role((select c.relowner from pg_class c where c.oid = tg_relid), 'usage') then
    return new;
  end if;
  execute format(
    'select exists (select from %I.invoice_number n where n.invoice_id = $1)', tg_table_schema)
  into is_numbered using old.invoice_id;
  if is_numbered then
    raise insufficient_privilege using
      message = format('document %s of a run has a number, its figures stay', old.invoice_id),
      table = tg_table_name;
  end if;
  return new;
end $$;

create trigger invoice_numbered_figures_stay
  before update of kind, run_id, subscription_id, currency, invoice_date, subtotal_minor,
    discount_minor, tax_minor, total_minor, rounding_minor
  on invoice for each row when (old.state = 'draft' and old.run_id is not null
    and (old.kind, old.run_id, old.subscription_id, old.currency, old.invoice_date,
      old.subtotal_minor, old.discount_minor, old.tax_minor, old.total_minor, old.rounding_minor)
    is distinct from (new.kind, new.run_id, new.subscription_id, new.currency, new.invoice_date,
      new.subtotal_minor, new.discount_minor, new.tax_minor, new.total_minor, new.rounding_minor))
  execute function numbered_figures_stay();

-- A posted document is a draft again by unposting it (RULES 6): untouched, in the house, with its
-- event, and by a role that makes drafts.
create function unposting_is_told() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
  is_told boolean;
begin
  if pg_has_role((select c.relowner from pg_class c where c.oid = tg_relid), 'usage') then
    return null;
  end if;
  execute format(
    'select exists (
       select from %I.event e
       where e.subject_kind = ''invoice'' and e.subject_id = $1 and e.kind = ''invoice_unposted''
         and e.occurred_at >= now())',
    tg_table_schema)
  into is_told using old.invoice_id;
  if not is_told or old.state <> 'open' or new.settled_minor <> 0
    or coalesce(new.sent_at, new.viewed_at, new.exported_at) is not null
    or not has_column_privilege(tg_relid, 'total_minor', 'update') then
    raise insufficient_privilege using
      message = format('document %s is posted, and is unposted by the program only',
        old.invoice_id), table = tg_table_name;
  end if;
  return null;
end $$;

create trigger invoice_unposting_is_told after update of state on invoice for each row
  when (old.state <> 'draft' and new.state = 'draft') execute function unposting_is_told();

create function posted_parts_stay() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
  posted bigint;
begin
  if pg_has_role((select c.relowner from pg_class c where c.oid = tg_relid), 'usage') then
    return null;
  end if;
  execute format(
    'select g.invoice_id
     from gone g
     where (
       select i.state <> ''draft'' or i.run_id is not null
         and exists (select from %1$I.invoice_number n where n.invoice_id = i.invoice_id)
       from %1$I.invoice i
       where i.invoice_id = g.invoice_id)
     limit 1',
    tg_table_schema) into posted;
  if posted is not null then
    raise insufficient_privilege using
      message = format('document %s was posted, its parts stay', posted), table = tg_table_name;
  end if;
  return null;
end $$;

create trigger invoice_line_stays after delete on invoice_line referencing old table as gone
  for each statement execute function posted_parts_stay();
create trigger invoice_tax_stays after delete on invoice_tax referencing old table as gone
  for each statement execute function posted_parts_stay();
create trigger invoice_discount_stays after delete on invoice_discount
  referencing old table as gone for each statement execute function posted_parts_stay();
