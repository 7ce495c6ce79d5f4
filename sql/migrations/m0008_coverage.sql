-- Which days of which charge are billed by which line, or why not (RULES 0.2).

create table coverage (
  subscription_id bigint not null,
  slot        smallint not null,
  span_start  date not null,
  span_end    date not null,
  invoice_id  bigint,
  line_no     integer,
  reason      text,
  released_by text,
  run_id      bigint,
  payer_id    bigint,
  coupon_ids  bigint[],
  cycle_start date,
  constraint coverage_span_ordered check (span_start < span_end),
  constraint coverage_billed_or_reason
    check ((invoice_id is null) = (reason is not null)
      and (invoice_id is null) = (line_no is null)),
  constraint coverage_cycle check ((coupon_ids is null) = (cycle_start is null)),
  constraint coverage_reason_known
    check (reason in ('trial', 'paused', 'zero', 'waived', 'migrated', 'skipped', 'before_backfill',
      'awaiting_renewal'))
);
create index coverage_run_idx on coverage (run_id) where run_id is not null;
create unique index coverage_live_key on coverage (subscription_id, slot, span_start)
  where released_by is null;
create index coverage_released_idx on coverage (subscription_id, slot)
  where released_by is not null;
create index coverage_zero_idx on coverage (subscription_id)
  where reason = 'zero' and released_by is null;
comment on table coverage is
  'Spans [span_start, span_end) of a charge (subscription and slot). Spans that are not released '
  'never overlap: the schema refuses it.';
comment on column coverage.line_no is 'The first line that bills the span.';
comment on column coverage.run_id is
  'The run that covers days without billing them, so that taking it back gives them back; null where
  a line bills them.';
comment on column coverage.payer_id is
  'Who would have been billed by that run, so that they come back with what it has billed this '
  'payer, whoever pays now; null where run_id is.';
comment on column coverage.coupon_ids is
  'Coupons of which a cycle counts for the base period of these days, also of coupons that found
  nothing left: giving back all days of the period gives the cycles back. Of an add-on those of the
  period that it was billed with, without a cycle. Null for none.';
comment on column coverage.cycle_start is
  'First paid day of that period, null where coupon_ids is.';
comment on column coverage.released_by is
  'What gave the days back to be billed again, null while they are covered.';

-- Refuses overlapping spans of a charge, also between transactions: whoever covers a subscription
-- moves its cursor and so waits for the other. Spans that start where everything so far ends need
-- no look at older rows; the rest is compared with them (docs/decisions/0003-no-overlap.md has what
-- this costs beside the alternatives).
create function coverage_refuses_overlap() returns trigger language plpgsql as $$
declare
  first_id bigint;
  last_id bigint;
  crooked bigint[];
  locked bigint;
  clash record;
begin
  select min(invoice_id), max(invoice_id) into first_id, last_id from added;
  select invoice_id, line_no into clash
  from (select a.invoice_id, a.line_no from added a where a.invoice_id is not null
        except
        select l.invoice_id, l.line_no from invoice_line l
        where l.invoice_id between first_id and last_id) missing
  limit 1;
  if found then
    raise foreign_key_violation using
      message = format('no line %s of invoice %s', clash.line_no, clash.invoice_id),
      constraint = 'coverage_line_exists', table = 'coverage';
  end if;

  with moving as (
    select subscription_id, min(span_start) as first_start, max(span_end) as last_end
    from added where released_by is null
    group by subscription_id
  ), moved as (
    update billing_cursor c
    set covered_through = m.last_end,
      next_bill_on = case when c.straight then m.last_end - c.lead_days end
    from moving m
    where c.subscription_id = m.subscription_id
      and (c.covered_through is null or c.covered_through <= m.first_start)
    returning c.subscription_id
  )
  select case when (select count(*) from moving) > (select count(*) from moved)
    then array(select subscription_id from moving except select subscription_id from moved) end
  into crooked;

  if exists (select from added where released_by is null
             group by subscription_id, slot having count(*) > 1) then
    select a.subscription_id, a.slot, a.span_start, a.span_end into clash
    from (select subscription_id, slot, span_start, span_end,
                 lag(span_end) over (partition by subscription_id, slot order by span_start)
                   as previous_end
          from added where released_by is null) a
    where a.previous_end > a.span_start
    limit 1;
    if found then
      perform coverage_overlaps(
        clash.subscription_id, clash.slot, clash.span_start, clash.span_end);
    end if;
  end if;
  if crooked is null then return null; end if;

  perform 1 from billing_cursor
  where subscription_id = any(crooked)
  order by subscription_id
  for update;
  get diagnostics locked = row_count;
  if locked <> cardinality(crooked) then
    raise foreign_key_violation using
      message = 'a covered subscription does not exist',
      constraint = 'coverage_subscription_exists', table = 'coverage';
  end if;
  update billing_cursor c
  set covered_through = greatest(c.covered_through, m.last_end), next_bill_on = null,
    straight = false
  from (select subscription_id, max(span_end) as last_end from added
        where released_by is null and subscription_id = any(crooked) group by subscription_id) m
  where c.subscription_id = m.subscription_id;

  -- A live span of the same charge and start is refused by coverage_live_key.
  select a.subscription_id, a.slot, a.span_start, a.span_end into clash
  from added a
  join coverage o on o.subscription_id = a.subscription_id and o.slot = a.slot
    and o.released_by is null
    and o.span_start < a.span_end and o.span_end > a.span_start and o.span_start <> a.span_start
  where a.released_by is null and a.subscription_id = any(crooked)
  order by a.subscription_id, a.slot, a.span_start
  limit 1;
  if found then
    perform coverage_overlaps(
      clash.subscription_id, clash.slot, clash.span_start, clash.span_end);
  end if;
  return null;
end $$;

create function coverage_overlaps(
  subscription bigint, slot smallint, span_start date, span_end date)
returns void language plpgsql as $$
begin
  raise exclusion_violation using
    message = format('charge %s/%s is already covered within %s..%s',
                     subscription, slot, span_start, span_end),
    constraint = 'coverage_no_overlap', table = 'coverage';
end $$;

create trigger coverage_no_overlap after insert on coverage
  referencing new table as added for each statement execute function coverage_refuses_overlap();

-- A live span can be shortened or released, never moved or stretched, and a released one never
-- comes back: covering days again is a new row, which the insert trigger checks.
create function coverage_refuses_stretching() returns trigger language plpgsql as $$
begin
  raise exclusion_violation using
    message = format('a span of charge %s/%s can only be shortened or released',
                     old.subscription_id, old.slot),
    constraint = 'coverage_only_shrinks', table = 'coverage';
end $$;

create trigger coverage_only_shrinks before update on coverage for each row
  when (new.subscription_id <> old.subscription_id or new.slot <> old.slot
        or new.span_start < old.span_start or new.span_end > old.span_end
        or (old.released_by is not null and new.released_by is null))
  execute function coverage_refuses_stretching();

-- Releasing days moves the cursor back to where the live spans end, and has the next run look.
create function coverage_release_moves_cursor() returns trigger language plpgsql as $$
begin
  update billing_cursor c
  set covered_through = r.last_end, next_bill_on = null, straight = false, version = c.version + 1
  from (select f.subscription_id, (select max(o.span_end) from coverage o
                                   where o.subscription_id = f.subscription_id
                                     and o.released_by is null) as last_end
        from (select distinct subscription_id from freed) f) r
  where c.subscription_id = r.subscription_id;
  return null;
end $$;

create trigger coverage_released after update on coverage
  referencing new table as freed for each statement
    execute function coverage_release_moves_cursor();
create trigger coverage_deleted after delete on coverage
  referencing old table as freed for each statement
    execute function coverage_release_moves_cursor();

-- The other ends of coverage's references stay: a covered subscription and a line that covers.
create function refuse_losing_coverage() returns trigger language plpgsql as $$
begin
  raise foreign_key_violation using
    message = format('%s is referred to by coverage', tg_table_name), table = tg_table_name;
end $$;

create trigger billing_cursor_covered_stays before delete on billing_cursor for each row
  when (old.covered_through is not null) execute function refuse_losing_coverage();

create function line_keeps_its_coverage() returns trigger language plpgsql as $$
begin
  if exists (select 1 from gone g
             join coverage c on c.subscription_id = g.subscription_id and c.slot = g.slot
               and c.span_start = g.period_start and c.invoice_id = g.invoice_id) then
    raise foreign_key_violation using
      message = 'a line that covers days is still referred to', constraint = 'coverage_line_stays',
      table = 'invoice_line';
  end if;
  return null;
end $$;

create trigger coverage_line_stays after delete on invoice_line
  referencing old table as gone for each statement execute function line_keeps_its_coverage();

-- What credit lines take back, line by line and tax by tax (RULES 0.3, 1.7).
create table line_credit (
  invoice_id    bigint not null,
  line_no       integer not null,
  of_invoice_id bigint not null,
  of_line_no    integer not null,
  amount_minor  bigint not null,
  undone_at     timestamptz,
  constraint line_credit_pkey primary key (invoice_id, line_no),
  constraint line_credit_line_fkey foreign key (invoice_id, line_no) references invoice_line,
  constraint line_credit_of_fkey foreign key (of_invoice_id, of_line_no) references invoice_line,
  constraint line_credit_of_another check (of_invoice_id <> invoice_id)
);
create index line_credit_of_idx on line_credit (of_invoice_id, of_line_no);
comment on table line_credit is 'The billed line that a credit line takes days of back.';
comment on column line_credit.undone_at is
  'When the document that credits was voided, canceled or reversed: nothing is taken back since.';
comment on column line_credit.amount_minor is
  'What is taken back before exclusive taxes: above zero where the line was, whatever kind of '
  'document credits it.';

create table line_credit_tax (
  invoice_id   bigint not null,
  line_no      integer not null,
  of_tax_no    smallint not null,
  tax_no       smallint not null,
  amount_minor bigint not null,
  constraint line_credit_tax_pkey primary key (invoice_id, line_no, of_tax_no),
  constraint line_credit_tax_line_fkey foreign key (invoice_id, line_no) references line_credit,
  constraint line_credit_tax_tax_fkey foreign key (invoice_id, tax_no) references invoice_tax
);
comment on table line_credit_tax is
  'What a credit line takes back of a tax group of the billed document (of_tax_no), in which group '
  'of its own (tax_no).';

-- What credit notes give back of the cash rounding of invoices (RULES 1.10): the last one that
-- takes an invoice back takes all of it along.
create table rounding_credit (
  invoice_id    bigint not null,
  of_invoice_id bigint not null,
  amount_minor  bigint not null,
  constraint rounding_credit_pkey primary key (invoice_id, of_invoice_id),
  constraint rounding_credit_invoice_fkey foreign key (invoice_id) references invoice,
  constraint rounding_credit_of_fkey foreign key (of_invoice_id) references invoice,
  constraint rounding_credit_not_zero check (amount_minor <> 0)
);
create index rounding_credit_of_idx on rounding_credit (of_invoice_id);
comment on table rounding_credit is
  'The cash rounding of an invoice (of_invoice_id) that a credit note takes along; no more once '
  'the note is voided or canceled.';
comment on column rounding_credit.amount_minor is 'Below zero where the invoice was rounded down.';

create table late_usage (
  subscription_id bigint not null,
  slot       smallint not null,
  day_from   date not null,
  invoice_id bigint not null,
  line_no    integer not null,
  constraint late_usage_pkey primary key (subscription_id, slot, day_from, invoice_id),
  constraint late_usage_line_fkey foreign key (invoice_id, line_no) references invoice_line
);
comment on table late_usage is
  'Lines that bill usage of a period that was billed before: what its usage comes to now less what '
  'was billed for it (RULES 5, late usage).';
comment on column late_usage.day_from is 'The first day of the period.';
