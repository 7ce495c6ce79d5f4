-- The legal entities that bill, and the versions of the parties that documents name (RULES 0.10
-- and 2).

create table seller (
  seller_id          bigint generated always as identity,
  code               text not null,
  name               text not null,
  country            text not null,
  currency           char(3) not null,
  time_zone          text not null,
  address            jsonb not null default '{}',
  tax_id             text,
  tax_registrations  text[] not null default '{}',
  unchecked_tax_ids  text not null default 'charge',
  email              text,
  number_format      text not null default 'INV-{seq:06}',
  credit_note_format text not null default 'CN-{seq:06}',
  fiscal_year_start  text not null default '01-01',
  rounding_mode      text not null default 'half_up',
  tax_rounding       text not null default 'group',
  cash_increment_minor bigint,
  cash_methods       text[] not null default '{other}',
  zero_invoices      text not null default 'issue',
  tax_point          text not null default 'invoice_date',
  credit_lines       text not null default 'net',
  revenue_recognition text not null default 'period',
  send_invoices      text not null default 'never',
  closed_through     date,
  recognised_through date,
  party_version      integer not null default 1,
  constraint seller_pkey primary key (seller_id),
  constraint seller_code_key unique (code),
  constraint seller_currency_lower check (currency = lower(currency)),
  constraint seller_fiscal_year_start_form
    check (fiscal_year_start ~ '^(0[1-9]|1[0-2])-([0-2][0-9]|3[01])$'),
  constraint seller_rounding_mode_known
    check (rounding_mode in ('half_up', 'half_even', 'up', 'down')),
  constraint seller_tax_rounding_known check (tax_rounding in ('group', 'line')),
  constraint seller_cash_increment_positive check (cash_increment_minor > 0),
  constraint seller_cash_methods_known
    check (cash_methods <@ array['card', 'bank_account', 'other']),
  constraint seller_unchecked_tax_ids_known check (unchecked_tax_ids in ('charge', 'hold')),
  constraint seller_zero_invoices_known check (zero_invoices in ('issue', 'suppress')),
  constraint seller_tax_point_known
    check (tax_point in ('period_end', 'invoice_date', 'period_start')),
  constraint seller_credit_lines_known check (credit_lines in ('net', 'separate')),
  constraint seller_revenue_recognition_known check (revenue_recognition in ('period', 'invoice')),
  constraint seller_send_invoices_known check (send_invoices in ('never', 'on_post'))
);
comment on table seller is
  'A legal entity that issues invoices: its currency, zone, numbering and rounding policy.';
comment on column seller.send_invoices is
  'on_post puts an email into the outbox for what is posted; who is on AutoPay gets a receipt '
  'instead, when the charge is approved.';
comment on column seller.code is 'The id by which import files and people name the seller.';
comment on column seller.time_zone is 'IANA name; turns a moment into the seller''s day.';
comment on column seller.number_format is
  '{seq:06}, {year}, {month} and {seller} are filled in; all but seq make the series (RULES 2).';
comment on column seller.fiscal_year_start is
  'MM-DD; {year} is the year in which the fiscal year of the invoice date began.';
comment on column seller.cash_increment_minor is
  'Cash rounding step in minor units, null for none (RULES 1.10).';
comment on column seller.cash_methods is
  'The ways of payment that are rounded so: card or bank_account for invoices that are charged to '
  'one, other for all else.';
comment on column seller.tax_registrations is
  'Further countries in which it is registered for tax: no reverse charge there (RULES 1.8).';
comment on column seller.unchecked_tax_ids is
  'What happens to a business of another member state whose tax id nobody has checked.';
comment on column seller.tax_point is 'Which day decides the tax rate of a line (RULES 1.5).';
comment on column seller.closed_through is
  'No document, settlement or journal row is dated on or before this day (RULES 0.11).';
comment on column seller.recognised_through is
  'Deferred revenue is recognised up to and including this day; never moves back (RULES 7).';
comment on column seller.revenue_recognition is
  'period: what is billed ahead is deferred and recognised by day; invoice: it is revenue at once. '
  'Stays from the first entry of the journal on.';
comment on column seller.party_version is
  'Counts changes of name, address, tax id and email; documents carry the version they were '
  'issued with.';

create table party_version (
  party_kind  text not null,
  party_id    bigint not null,
  version     integer not null,
  party       jsonb not null,
  replaced_at timestamptz not null default now(),
  constraint party_version_pkey primary key (party_kind, party_id, version),
  constraint party_version_kind_known check (party_kind in ('seller', 'customer'))
);
comment on table party_version is
  'What a seller or customer looked like before a change: name, addresses, tax ids, language. The '
  'newest version is the row itself; a document reads the version it carries (RULES 0.10).';

-- Copy on write, so that freezing the parties of a document costs the run nothing
-- (docs/decisions/0005-frozen-parties.md).
create function keep_party_version() returns trigger language plpgsql as $$
begin
  insert into party_version (party_kind, party_id, version, party)
  values (tg_argv[0], case tg_argv[0] when 'seller' then (to_jsonb(old) ->> 'seller_id')::bigint
                                      else (to_jsonb(old) ->> 'customer_id')::bigint end,
          old.party_version, to_jsonb(old));
  new.party_version := old.party_version + 1;
  return new;
end $$;

create trigger seller_keep_party_version before update on seller for each row
  when ((old.name, old.address, old.country, old.tax_id, old.email)
        is distinct from (new.name, new.address, new.country, new.tax_id, new.email))
  execute function keep_party_version('seller');
