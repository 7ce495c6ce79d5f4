-- Balanced double entry (RULES 7), and who did what.

create table ledger_account (
  code text not null,
  name text not null,
  constraint ledger_account_pkey primary key (code)
);
comment on table ledger_account is
  'The accounts the journal books to; an accountant may rename them.';

insert into ledger_account (code, name) values
  ('1000', 'Bank'), ('1050', 'Gateway clearing'), ('1060', 'Debits in transit'),
  ('1200', 'Receivable'), ('1210', 'Disputed'), ('1250', 'Withholding'), ('2100', 'Customer money'),
  ('2110', 'Open credit notes'), ('2200', 'Tax payable'), ('2300', 'Deferred revenue'),
  ('3000', 'Opening'), ('4000', 'Revenue'), ('4100', 'Fees'), ('6100', 'Bad debt'),
  ('6110', 'Bad debt recovered'), ('6200', 'Early payment discount'), ('6300', 'Rounding'),
  ('6500', 'Bank and dispute fees');

create table journal (
  journal_id bigint generated always as identity,
  seller_id  bigint not null,
  event      text not null,
  entry_date date not null,
  currency   char(3) not null,
  run_id     bigint,
  batch_no   integer,
  invoice_id bigint,
  recorded_at timestamptz not null default now(),
  constraint journal_pkey primary key (journal_id),
  constraint journal_seller_fkey foreign key (seller_id) references seller,
  constraint journal_run_fkey foreign key (run_id) references run,
  constraint journal_invoice_fkey foreign key (invoice_id) references invoice
);
create index journal_run_idx on journal (run_id) where run_id is not null;
create index journal_date_idx on journal (entry_date, journal_id);
comment on table journal is
  'One entry per event and currency; a bulk run writes one a batch. Its lines balance to zero.';

create table journal_line (
  journal_id   bigint not null,
  line_no      smallint not null,
  account_code text not null,
  amount_minor bigint not null,
  plan_id      bigint,
  item_id      bigint,
  tax_rate_version_id bigint,
  constraint journal_line_pkey primary key (journal_id, line_no),
  constraint journal_line_journal_fkey foreign key (journal_id) references journal,
  constraint journal_line_account_fkey foreign key (account_code) references ledger_account,
  constraint journal_line_not_zero check (amount_minor <> 0)
);
comment on table journal_line is 'One side of an entry.';
comment on column journal_line.amount_minor is
  'Positive is debit, negative is credit, in minor units of the entry''s currency.';

create function journal_refuses_imbalance() returns trigger language plpgsql as $$
declare
  entry record;
begin
  select a.journal_id,
    (select sum(l.amount_minor) from journal_line l where l.journal_id = a.journal_id) as difference
  into entry
  from (select distinct journal_id from added) a
  where (select sum(l.amount_minor) from journal_line l where l.journal_id = a.journal_id) <> 0
  limit 1;
  if found then
    raise check_violation using
      message = format('journal entry %s is out of balance by %s',
                       entry.journal_id, entry.difference),
      constraint = 'journal_balanced', table = 'journal_line';
  end if;
  return null;
end $$;

create trigger journal_balanced after insert on journal_line
  referencing new table as added for each statement execute function journal_refuses_imbalance();

-- Nothing is booked into closed books (RULES 0.11). The lock makes who books wait for who closes,
-- who takes the seller's row for update, and then sees the day it has set.
-- With its owner's rights, since locking a seller asks for more than who only books has.
create function journal_refuses_closed_books() returns trigger language plpgsql
  security definer set search_path = pg_catalog, pg_temp as $$
declare
  closed date;
begin
  execute format(
    'select s.closed_through from %I.seller s where s.seller_id = $1 for key share',
    tg_table_schema)
  into closed using new.seller_id;
  if new.entry_date <= closed then
    raise object_not_in_prerequisite_state using
      message = format('the books of seller %s are closed through %s, entry dated %s',
                       new.seller_id, closed, new.entry_date),
      constraint = 'journal_books_open', table = 'journal';
  end if;
  return new;
end $$;

create trigger journal_books_open before insert on journal for each row
  execute function journal_refuses_closed_books();

-- Whether a line was deferred is not stored: it follows from its days and the seller's choice.
create function seller_keeps_its_recognition() returns trigger language plpgsql as $$
begin
  if exists (select from journal j where j.seller_id = old.seller_id) then
    raise check_violation using
      message = format('seller %s has booked, its revenue_recognition stays', old.code),
      constraint = 'seller_recognition_stays', table = 'seller';
  end if;
  return new;
end $$;

create trigger seller_recognition_stays before update of revenue_recognition on seller for each row
  when (new.revenue_recognition <> old.revenue_recognition)
  execute function seller_keeps_its_recognition();

create view deferred_line as
select l.invoice_id, l.line_no, i.seller_id, i.currency, p.plan_id, l.item_id,
  case i.kind when 'invoice' then l.net_minor else -l.net_minor end as net_minor,
  l.period_start, l.period_end,
  case l.kind when 'credit' then l.period_start else i.invoice_date end as counts_from,
  s.rounding_mode, s.recognised_through
from invoice_line l
join invoice i on i.invoice_id = l.invoice_id
join seller s on s.seller_id = i.seller_id
left join price p on p.price_id = l.price_id
where l.period_end > i.invoice_date and i.state in ('open', 'reversed', 'written_off')
  and s.revenue_recognition = 'period';
comment on view deferred_line is
  'Posted lines whose period ends after the invoice date: what 2300 holds (RULES 7).';
comment on column deferred_line.net_minor is 'Below zero where the line gives back.';
comment on column deferred_line.counts_from is
  'The first day by which some of it can be recognised: the invoice date, but the first day that a '
  'credit line gives back, since those of the billed line may be recognised already.';

-- How much of a deferred line is recognised by the end of a day: the days of its period so far,
-- rounded as the seller rounds, and at the end all that is left (RULES 0.4, 7).
create function recognised_minor(
  net_minor bigint, period_start date, period_end date, counts_from date, rounding_mode text,
  through date
) returns bigint language sql immutable parallel safe as $$
  select case
    when through is null or through < counts_from or through < period_start then 0
    when through >= period_end - 1 then net_minor
    else (case when net_minor < 0 then -1 else 1 end * case rounding_mode
      when 'half_up' then div(
        2 * abs(net_minor)::numeric * (through - period_start + 1) + (period_end - period_start),
        2 * (period_end - period_start))
      when 'half_even' then div(
        2 * abs(net_minor)::numeric * (through - period_start + 1) + (period_end - period_start)
          - case when mod(div(abs(net_minor)::numeric * (through - period_start + 1),
              (period_end - period_start)), 2) = 0 then 1 else 0 end,
        2 * (period_end - period_start))
      when 'up' then div(
        abs(net_minor)::numeric * (through - period_start + 1) + (period_end - period_start) - 1,
        (period_end - period_start))
      else div(abs(net_minor)::numeric * (through - period_start + 1), (period_end - period_start))
    end)::bigint
  end
$$;

create table event (
  event_id    bigint generated always as identity,
  occurred_at timestamptz not null default clock_timestamp(),
  actor       text not null default session_user,
  kind        text not null,
  subject_kind text not null,
  subject_id  bigint not null,
  detail      jsonb not null default '{}',
  constraint event_pkey primary key (event_id)
);
create index event_subject_idx on event (subject_kind, subject_id);
comment on table event is 'Who did what, append only; a bulk run writes one a batch.';
comment on column event.actor is 'The database login, with the OS user in detail; never free text.';

create function refuse_rewriting() returns trigger language plpgsql as $$
begin
  raise insufficient_privilege
    using message = format('%s is append only', tg_table_name), table = tg_table_name;
end $$;

create trigger event_append_only before update or delete or truncate on event
  for each statement execute function refuse_rewriting();
create trigger journal_append_only before update or delete or truncate on journal
  for each statement execute function refuse_rewriting();
create trigger journal_line_append_only before update or delete or truncate on journal_line
  for each statement execute function refuse_rewriting();
create trigger settlement_append_only before update or delete or truncate on settlement
  for each statement execute function refuse_rewriting();
