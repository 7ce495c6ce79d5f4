-- The schema after every migration, written by scripts/schema for people to read.

CREATE TYPE shown_invoice AS (
	invoice_id bigint,
	customer_id bigint,
	subscription_id bigint,
	run_id bigint,
	kind text,
	customer_name text,
	number text,
	status text,
	state text,
	was_sent boolean,
	invoice_date date,
	due_date date,
	payment_terms text,
	currency text,
	digits smallint,
	subtotal bigint,
	discounts bigint,
	taxes bigint,
	total bigint,
	rounding bigint,
	settled bigint,
	balance bigint,
	object json,
	link_version integer
);

CREATE FUNCTION approval_names_its_login() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  if tg_op = 'UPDATE' and (old.used_at is not null or old.declined_at is not null) then
    raise check_violation using
      message = format('approval %s is used or declined, and stays so', old.approval_id),
      constraint = 'approval_stays', table = 'approval';
  end if;
  if tg_op = 'INSERT' and new.requested_by <> session_user
    or new.approved_by is distinct from old.approved_by and new.approved_by <> session_user
    or new.declined_by is distinct from old.declined_by and new.declined_by <> session_user
    or new.used_by is distinct from old.used_by and new.used_by <> session_user then
    raise check_violation using
      message = 'an approval names the login that writes it',
      constraint = 'approval_names_its_login', table = 'approval';
  end if;
  return new;
end $$;

CREATE FUNCTION approval_rule_stays_strict() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
  facts text;
  is_approved boolean;
begin
  if tg_op <> 'DELETE' and new.set_by <> session_user then
    raise check_violation using
      message = 'a rule names the login that writes it',
      constraint = 'approval_rule_names_its_login', table = 'approval_rule';
  end if;
  if tg_op = 'INSERT' then
    return new;
  end if;
  execute format(
    'select %1$I.looser_rule($1, s.code, $2, $3) from %1$I.seller s where s.seller_id = $4',
    tg_table_schema)
  into facts using old, case when tg_op = 'UPDATE' then new.above end,
    tg_op = 'UPDATE' and (new.seller_id, new.operation) = (old.seller_id, old.operation),
    old.seller_id;
  execute format(
    'select exists (
       select from %I.approval a
       where a.seller_id = $1 and a.operation = $2
         and a.digest = sha256(convert_to($3, ''UTF8'')) and a.used_at = now())',
    tg_table_schema)
  into is_approved using old.seller_id, old.operation, facts;
  if facts is not null and not is_approved then
    raise check_violation using
      message = format('a second person has to approve it: %s', facts),
      constraint = 'approval_rule_stays_strict', table = 'approval_rule';
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  return new;
end $_$;

CREATE FUNCTION bank_contains(long text, short text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $_$
  -- What is cut within a number is another number: INV1 is not in INV12.
  select strpos(long, short) > 0
    and not (short ~ '^[0-9]' and substr(long, strpos(long, short) - 1, 1) ~ '[0-9]')
    and not (short ~ '[0-9]$' and substr(long, strpos(long, short) + length(short), 1) ~ '[0-9]')
$_$;

COMMENT ON FUNCTION bank_contains(long text, short text) IS 'Whether a text has another in it, numbers whole.';

CREATE FUNCTION bank_has_it(reason text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $_$
  select coalesce(reason ~ '^(DU0[1-5]|DUPL|AM05)$', false)
$_$;

COMMENT ON FUNCTION bank_has_it(reason text) IS 'Whether a bank rejects since it has the same already: what came first is collected.';

CREATE FUNCTION bank_likeness(a text[], b text[]) RETURNS integer
    LANGUAGE plpgsql IMMUTABLE
    AS $$
declare
  -- Null where one of the two does not tell.
  same_id boolean := a[2] = b[2];
  -- An account says more than a name.
  same_payer boolean := coalesce(a[4] = b[4], starts_with(a[1], b[1]) or starts_with(b[1], a[1]));
  same_text boolean := bank_contains(a[3], b[3]) or bank_contains(b[3], a[3]);
  number_a text;
  number_b text;
begin
  if not same_id then return 0; end if;
  if not same_payer and not same_text then return case when same_id then 1 else 0 end; end if;
  if same_id then return case when a = b then 4 else 3 end; end if;
  if not same_text then
    number_a := regexp_replace(a[3], '[^0-9]', '', 'g');
    number_b := regexp_replace(b[3], '[^0-9]', '', 'g');
    return case when number_a = '' or number_b = '' or strpos(number_a, number_b) > 0
      or strpos(number_b, number_a) > 0 then 1 else 0 end;
  end if;
  if not same_payer then return 1; end if;
  if a is not distinct from b then return 4; end if;
  return case when same_payer or same_text then 3 else 2 end;
end $$;

COMMENT ON FUNCTION bank_likeness(a text[], b text[]) IS 'How alike the words of two transfers are, of payer, end-to-end id, text and the payer''s account, which stands in the place of the payer: 4 the same, 3 some the same and none another, 2 none on both sides, 1 payer or text is another, 0 it is another transfer.';

CREATE FUNCTION bank_number(value text) RETURNS numeric
    LANGUAGE sql IMMUTABLE
    AS $_$
  select case when value is null then null when btrim(value) ~ '^[0-9]{1,17}([.][0-9]{1,17})?$'
    then btrim(value)::numeric else -1 end
$_$;

COMMENT ON FUNCTION bank_number(value text) IS 'A count or a sum that a bank tells, null where it tells none, -1 where it is no number.';

CREATE FUNCTION bank_parts(value text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  select ' ' || btrim(regexp_replace(lower(value), '[^[:alnum:]]+', ' ', 'g')) || ' '
$$;

COMMENT ON FUNCTION bank_parts(value text) IS 'A text by its words and numbers, each between blanks: what is in it as such is in it whole.';

CREATE FUNCTION bank_quote(value text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  select coalesce(
    nullif(left(btrim(regexp_replace(value, '[\s[:cntrl:]]+', ' ', 'g')), 40), ''), '?')
$$;

COMMENT ON FUNCTION bank_quote(value text) IS 'What a bank says in its own words, in a part of one line.';

CREATE FUNCTION bank_reference(value text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  -- NONREF, NOTPROVIDED, KREF+, zeros: what tells bookings apart has a digit.
  select btrim(value) where value ~ '[1-9]'
$$;

COMMENT ON FUNCTION bank_reference(value text) IS 'A reference that a bank has given, null where a word only stands in the place of one.';

CREATE FUNCTION bank_words(value text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  select nullif(translate(lower(plain_text(value)), E' \t\r\n\u00a0-.,:;/+&()?!*#_''"', ''), '')
$$;

COMMENT ON FUNCTION bank_words(value text) IS 'What a payer or a text is compared by: without blanks, capitals, marks and punctuation.';

CREATE FUNCTION charge_new_sources() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  update invoice i
  set next_payment_attempt_on = least(i.next_payment_attempt_on,
      (now() at time zone s.time_zone)::date),
    next_payment_attempt_at = null
  from added a, seller s
  where i.customer_id = a.customer_id and a.removed_at is null and s.seller_id = i.seller_id
    and i.kind = 'invoice' and i.state = 'open' and i.autopay and not i.missed
    and i.attempt_count > 0 and i.settled_minor < i.total_minor + i.rounding_minor
    and (
      select l.state = 'declined' and l.payment_source_id <> a.payment_source_id
      from payment_attempt l
      where l.invoice_id = i.invoice_id
      order by l.try desc
      limit 1)
    and not money_went_back(i.invoice_id) and not plan_has_ended(i.invoice_id);
  return null;
end
$$;

COMMENT ON FUNCTION charge_new_sources() IS 'Another payment source starts the schedule anew of what the last one was declined for, and of nothing whose money went back (DESIGN 9, RULES 3).';

CREATE TABLE invoice (
    invoice_id bigint NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    seller_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    subscription_id bigint,
    run_id bigint,
    currency character(3) NOT NULL,
    invoice_date date NOT NULL,
    due_date date,
    payment_terms text,
    autopay boolean NOT NULL,
    chase boolean NOT NULL,
    missed boolean DEFAULT false NOT NULL,
    closed boolean DEFAULT false NOT NULL,
    subtotal_minor bigint NOT NULL,
    discount_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    total_minor bigint NOT NULL,
    rounding_minor bigint DEFAULT 0 NOT NULL,
    settled_minor bigint DEFAULT 0 NOT NULL,
    credits_applied_minor bigint DEFAULT 0 NOT NULL,
    early_discount_until date,
    early_discount_minor bigint,
    seller_party_version integer NOT NULL,
    customer_party_version integer NOT NULL,
    attempt_count integer DEFAULT 0 NOT NULL,
    next_payment_attempt_on date,
    next_payment_attempt_at timestamp with time zone,
    next_chase_on date,
    promised_on date,
    name text,
    notes text,
    purchase_order text,
    metadata jsonb,
    disabled_payment_methods text[],
    sent_at timestamp with time zone,
    viewed_at timestamp with time zone,
    amended_due_date date,
    amended_payment_terms text,
    exported_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone,
    CONSTRAINT invoice_balance_within CHECK (((settled_minor >= 0) AND (settled_minor <= (total_minor + rounding_minor)))),
    CONSTRAINT invoice_early_discount_whole CHECK (((early_discount_until IS NULL) = (early_discount_minor IS NULL))),
    CONSTRAINT invoice_kind_known CHECK ((kind = ANY (ARRAY['invoice'::text, 'credit_note'::text]))),
    CONSTRAINT invoice_state_known CHECK ((state = ANY (ARRAY['draft'::text, 'open'::text, 'voided'::text, 'canceled'::text, 'reversed'::text, 'written_off'::text]))),
    CONSTRAINT invoice_total_adds_up CHECK ((total_minor = ((subtotal_minor - discount_minor) + tax_minor))),
    CONSTRAINT invoice_total_not_negative CHECK ((total_minor >= 0))
);

COMMENT ON TABLE invoice IS 'An invoice or a credit note. What a posted one charges never changes (RULES 2).';

COMMENT ON COLUMN invoice.missed IS 'Its periods are older than the newest missed one: not charged or chased unless asked.';

COMMENT ON COLUMN invoice.subtotal_minor IS 'Sum of the line amounts before discounts, in minor units.';

COMMENT ON COLUMN invoice.discount_minor IS 'Line and invoice discounts together.';

COMMENT ON COLUMN invoice.tax_minor IS 'Exclusive taxes; inclusive ones are within the subtotal.';

COMMENT ON COLUMN invoice.rounding_minor IS 'Cash rounding (BT-114); balance = total + rounding - settled.';

COMMENT ON COLUMN invoice.settled_minor IS 'Sum of its settlements; verify compares.';

COMMENT ON COLUMN invoice.seller_party_version IS 'With customer_party_version: the frozen parties (party_version, RULES 0.10).';

COMMENT ON COLUMN invoice.next_payment_attempt_on IS 'From then on it is charged; null: never.';

COMMENT ON COLUMN invoice.amended_due_date IS 'With amended_payment_terms: what was agreed after posting; the printed ones stay (RULES 2).';

CREATE FUNCTION chasing_obstacle(i invoice, is_charging boolean, is_disputed boolean) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select case
    when i.kind <> 'invoice' or i.state <> 'open'
      or i.settled_minor = i.total_minor + i.rounding_minor then 'settled'
    when i.closed then 'closed'
    when not i.chase then 'chase_off'
    when is_charging then 'charging'
    when i.autopay and (i.attempt_count = 0 or i.next_payment_attempt_on is not null)
      then 'autopay'
    when is_disputed then 'disputed'
  end
$$;

COMMENT ON FUNCTION chasing_obstacle(i invoice, is_charging boolean, is_disputed boolean) IS 'Why an invoice is not chased, null where it is: a promise puts it off and ends by itself.';

CREATE FUNCTION coverage_overlaps(subscription bigint, slot smallint, span_start date, span_end date) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  raise exclusion_violation using
    message = format('charge %s/%s is already covered within %s..%s',
                     subscription, slot, span_start, span_end),
    constraint = 'coverage_no_overlap', table = 'coverage';
end $$;

CREATE FUNCTION coverage_refuses_overlap() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION coverage_refuses_stretching() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  raise exclusion_violation using
    message = format('a span of charge %s/%s can only be shortened or released',
                     old.subscription_id, old.slot),
    constraint = 'coverage_only_shrinks', table = 'coverage';
end $$;

CREATE FUNCTION coverage_release_moves_cursor() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE TABLE billing_cursor (
    subscription_id bigint NOT NULL,
    covered_through date,
    lead_days integer DEFAULT 0 NOT NULL,
    next_bill_on date,
    straight boolean DEFAULT true NOT NULL,
    version integer DEFAULT 0 NOT NULL,
    usage_from date,
    usage_through date
)
WITH (fillfactor='50');

COMMENT ON TABLE billing_cursor IS 'How far each subscription is covered and when to look at it next: an index of coverage, narrow so that a run moves it cheaply.';

COMMENT ON COLUMN billing_cursor.covered_through IS 'End (exclusive) of the latest live span of any of its charges, null for none yet.';

COMMENT ON COLUMN billing_cursor.lead_days IS 'How many days before the next period it is due: bill_in_advance_days.';

COMMENT ON COLUMN billing_cursor.next_bill_on IS 'The first day on which something may be due; null means look now, infinity never again.';

COMMENT ON COLUMN billing_cursor.straight IS 'All its charges are covered alike, without holes, so covered_through says it all; else a run reads coverage.';

COMMENT ON COLUMN billing_cursor.version IS 'Counts edits of the subscription. A run says when to look again only where it still is what the run has read.';

COMMENT ON COLUMN billing_cursor.usage_from IS 'The earliest day of usage records that no run has seen yet, null for none.';

COMMENT ON COLUMN billing_cursor.usage_through IS 'Up to where (exclusive) usage is billed: a record before that is late.';

CREATE FUNCTION cursor_is_new(c billing_cursor, written_by xid) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select c.straight and c.covered_through is null and c.next_bill_on is null
    and written_by = pg_current_xact_id()::xid
$$;

CREATE FUNCTION customer_keeps_its_documents() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
  parent bigint;
begin
  select g.customer_id into parent
  from gone g
  where exists (select 1 from invoice i where i.customer_id = g.customer_id)
     or exists (select 1 from run_account a where a.customer_id = g.customer_id)
  limit 1;
  if found then
    raise foreign_key_violation using
      message = format('customer %s has documents or was in a run', parent),
      constraint = 'customer_with_documents_stays', table = 'customer';
  end if;
  return null;
end $$;

CREATE FUNCTION due_payers(seller bigint, last_day date, customers bigint[], groups text[], currencies text[], plans text[], with_held boolean) RETURNS TABLE(customer_id bigint, periods integer)
    LANGUAGE sql STABLE
    AS $_$
  with look as (
    select s.customer_id,
      1 + greatest(0, ($2 - coalesce(b.next_bill_on, b.covered_through, s.start_date))
        / (p.interval_count * case p.interval
             when 'day' then 1 when 'week' then 7 when 'month' then 28 else 365 end)) as periods
    from billing_cursor b
    join subscription s on s.subscription_id = b.subscription_id
    join plan p on p.plan_id = s.plan_id
    where (b.next_bill_on is null or b.next_bill_on <= $2)
      and ($5 is null or p.currency = any($5))
      and ($6 is null or p.code = any($6))
    union all
    select i.customer_id, 1
    from pending_line_item i
    where i.invoice_id is null and $6 is null and ($5 is null or i.currency = any($5))
    union all
    select h.customer_id, 1
    from hold h
    where $7 and h.released_at is null and $5 is null and $6 is null
  )
  select coalesce(case when c.bill_parent then c.parent_customer_id end, c.customer_id),
    least(sum(l.periods), 1000000)::integer
  from look l
  join customer c on c.customer_id = l.customer_id
  where c.seller_id = $1
    and ($4 is null or c.batch = any($4))
    and ($3 is null or c.customer_id = any($3)
      or c.bill_parent and c.parent_customer_id = any($3))
  group by 1
$_$;

COMMENT ON FUNCTION due_payers(seller bigint, last_day date, customers bigint[], groups text[], currencies text[], plans text[], with_held boolean) IS 'Payers of a seller that a run up to a day looks at; customers (payers or not), groups, currencies and plans are null for all. Held ones are looked at again by each run of everybody.';

CREATE FUNCTION end_of_period(unit text, every integer, first_day date, nth integer, on_day date) RETURNS date
    LANGUAGE plpgsql IMMUTABLE
    AS $$
declare
  day constant date := greatest(on_day, first_day);
  anchor date := first_day;
  month date := date_trunc('month', first_day);
  length integer := every;
  ending date;
begin
  if unit in ('day', 'week') then
    if unit = 'week' then
      length := 7 * every;
      if nth is not null then
        anchor := first_day + (nth - extract(isodow from first_day)::integer + 7) % 7;
      end if;
    end if;
    return anchor + (floor((day - anchor)::numeric / length)::integer + 1) * length;
  end if;
  if unit = 'year' then length := 12 * every; end if;
  nth := coalesce(nth, extract(day from first_day));
  if least(month + nth - 1, (month + interval '1 month')::date - 1) < first_day then
    month := month + interval '1 month';
  end if;
  length := length * floor(
    ((extract(year from day) - extract(year from month)) * 12
      + extract(month from day) - extract(month from month)) / length)::integer;
  loop
    anchor := month + make_interval(months => length);
    ending := least(anchor + nth - 1, (anchor + interval '1 month')::date - 1);
    exit when ending > day;
    length := length + every * case unit when 'year' then 12 else 1 end;
  end loop;
  return ending;
end $$;

CREATE FUNCTION failed_debit_is_credited(of_invoice bigint) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select exists (
    select from payment_attempt a
    join bank_debit d on d.payment_attempt_id = a.payment_attempt_id
    join bank_block b on b.bank_file_id = d.bank_file_id and b.block = d.block
    join bank_entry e on e.is_credit and e.payment_id is null and e.cleared_at is null
      and e.reason not in ('superseded', 'balance_gap', 'not_in_statement')
      and case
        when e.words[2] = bank_words(d.end_to_end_id) then true
        -- Of several, or of a mandate, nobody knows which.
        when e.reason in ('names_debit', 'taken_back', 'details_missing')
          and bank_contains(e.words[3], bank_words(d.end_to_end_id)) then true
        when e.words[2] is not null then false
        when e.reason in ('names_debit', 'taken_back')
          and e.mandate = a.request -> 'debit' ->> 'mandate'
          then d.amount_minor <= e.amount_minor
        when split_part(e.reference, ' ', 1) <> b.payment_id then false
        -- Of a part of a block nobody knows whose it is.
        when e.reason = 'declined_collected' then
          a.state = 'declined' and a.returned_at is null or d.uncollected_on is not null
        when e.reason in ('taken_back', 'booked_again', 'block_differs')
          and d.returned_on <= e.booked_on
          then d.amount_minor = e.amount_minor
            or e.reason = 'taken_back' and d.amount_minor < e.amount_minor and not exists (
              select from bank_debit o
              where o.bank_file_id = b.bank_file_id and o.block = b.block
                and o.returned_on is not null and o.amount_minor = e.amount_minor)
        else false end
    where a.invoice_id = of_invoice)
$$;

COMMENT ON FUNCTION failed_debit_is_credited(of_invoice bigint) IS 'Whether an open entry tells that money of a debit of the invoice came in that the bank had rejected or returned: nobody has said yet whose it is.';

CREATE FUNCTION invoice_is_disputed(of_invoice bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE
    AS $$
begin
  return exists (select from payment_return r where r.state = 'disputed')
    and exists (select from disputed_invoice d where d.invoice_id = of_invoice);
end
$$;

COMMENT ON FUNCTION invoice_is_disputed(of_invoice bigint) IS 'Whether a payment that settles the invoice, or a part of it, is disputed now.';

CREATE FUNCTION invoice_keeps_its_parts() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
  parent bigint;
begin
  select g.invoice_id into parent
  from gone g
  where exists (select 1 from invoice_line l where l.invoice_id = g.invoice_id)
     or exists (select 1 from invoice_tax t where t.invoice_id = g.invoice_id)
     or exists (select 1 from invoice_discount d where d.invoice_id = g.invoice_id)
     or exists (select 1 from invoice_number n where n.invoice_id = g.invoice_id)
  limit 1;
  if found then
    raise foreign_key_violation using
      message = format('invoice %s still has lines, taxes, discounts or a number', parent),
      constraint = 'invoice_deleted_last', table = 'invoice';
  end if;
  return null;
end $$;

CREATE FUNCTION invoice_number_refers_to_series() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  if exists (select 1 from (select distinct number_series_id from added) a
             where (select s.number_series_id from number_series s
                    where s.number_series_id = a.number_series_id) is null) then
    raise foreign_key_violation using
      message = 'no such series', constraint = tg_name, table = tg_table_name;
  end if;
  return null;
end $$;

CREATE FUNCTION invoice_refers_to_something() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
  orphan record;
begin
  select a.* into orphan
  from (select distinct seller_id, run_id from added) a
  where (select s.seller_id from seller s where s.seller_id = a.seller_id) is null
     or a.run_id is not null and (select r.run_id from run r where r.run_id = a.run_id) is null
  limit 1;
  if found then
    raise foreign_key_violation using
      message = format('no seller %s or run %s', orphan.seller_id, orphan.run_id),
      constraint = 'invoice_seller_run_exist', table = 'invoice';
  end if;
  return null;
end $$;

CREATE FUNCTION invoice_row(document bigint, moment timestamp with time zone, with_object boolean, expand boolean) RETURNS SETOF shown_invoice
    LANGUAGE plpgsql STABLE ROWS 1
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
begin
  return query select * from invoice_rows(document, moment, with_object, expand);
end
$$;

CREATE FUNCTION invoice_rows(document bigint, moment timestamp with time zone, with_object boolean, expand boolean) RETURNS SETOF shown_invoice
    LANGUAGE sql STABLE ROWS 1
    AS $$
select d.invoice_id, d.customer_id, d.subscription_id, d.run_id, d.kind, d.customer_name, d.number,
  d.status, d.state, d.sent_at is not null as was_sent, d.invoice_date,
  coalesce(d.amended_due_date, d.due_date) as due_date,
  coalesce(d.amended_payment_terms, d.payment_terms) as payment_terms,
  d.currency::text as currency,
  d.digits, d.subtotal_minor as subtotal, d.discount_minor as discounts, d.tax_minor as taxes,
  d.total_minor as total, d.rounding_minor as rounding, d.settled_minor as settled,
  d.balance_minor as balance,
  case when not with_object then null
    when d.rounding_minor = 0 and d.state <> 'draft' and d.promised_on is null then o.object
    else (left(o.object::text, -1) || case when d.rounding_minor = 0 then '' else
        format(', "rounding" : %s', trim_scale(d.rounding_minor * d.minor_unit)) end
      || case when d.promised_on is null then '' else
        format(', "promised_on" : "%s"', d.promised_on) end
      || case when d.state <> 'draft' then '' else
        format(', "credits_proposed" : %s', trim_scale(d.minor_unit * least(
          d.total_minor, (select coalesce(sum(c.amount_minor - c.used_minor), 0) from credit c
            where c.customer_id = d.customer_id and c.currency = d.currency
              and c.kind <> 'goodwill' and d.kind = 'invoice' and c.used_minor < c.amount_minor
              and coalesce(c.expires_on >= d.invoice_date, true))))) end || '}')::json
    end as object,
  case when with_object then (
    select r.version from revoked_link r where r.invoice_id = d.invoice_id) end as link_version
from (
  -- Scalar subqueries, since a join with a large table could be merged from its beginning.
  select i.*, s.code as seller, s.time_zone, u.digits, u.minor_unit,
    coalesce(
      (select n.number from invoice_number n where n.invoice_id = i.invoice_id),
      case when i.state = 'draft' then
        (select q.number from invoice_request q where q.invoice_id = i.invoice_id) end) as number,
    (select k.name from customer k where k.customer_id = i.customer_id) as customer_name,
    invoice_status(i, (moment at time zone s.time_zone)::date, pending.is_pending)
      as status,
    case when i.state in ('voided', 'canceled') then 0
         when i.kind = 'credit_note' and i.state <> 'draft' then (
           select coalesce(sum(c.amount_minor - c.used_minor), 0)::bigint from credit c
           where c.credit_note_id = i.invoice_id)
         else i.total_minor + i.rounding_minor - i.settled_minor end as balance_minor
  from invoice i
  join seller s on s.seller_id = i.seller_id
  join currency u on u.code = i.currency
  cross join lateral (select exists (
    select from payment_attempt a
    where a.invoice_id = i.invoice_id and a.state in ('intended', 'pending', 'unknown'))
      as is_pending) pending
  where i.invoice_id = document
  limit 1
) d
left join lateral (
  select json_build_object(
    'id', d.invoice_id,
    'object', d.kind,
    'customer', case when expand then (
      select json_build_object(
        'id', c.customer_id, 'object', 'customer', 'name', c.name, 'number', c.number,
        'email', c.email, 'type', c.type, 'address1', c.address1, 'address2', c.address2,
        'city', c.city, 'state', c.state, 'postal_code', c.postal_code, 'country', c.country,
        'currency', c.currency, 'language', c.language, 'tax_id', c.tax_id, 'phone', c.phone,
        'autopay', c.autopay, 'payment_terms', c.payment_terms, 'taxable', c.taxable,
        'taxes', c.taxes, 'chase', c.chase, 'chasing_cadence', c.chasing_cadence,
        'parent_customer', c.parent_customer_id, 'metadata', c.metadata)
      from customer c
      where c.customer_id = d.customer_id) else to_json(d.customer_id) end,
    'name', d.name,
    'currency', d.currency,
    'draft', d.state = 'draft',
    'closed', d.closed,
    'paid', d.status = 'paid',
    'status', d.status,
    'chase', d.chase,
    'next_chase_on',
      extract(epoch from case
        when d.state = 'open' and d.balance_minor > 0 and d.chase and not d.closed
          then d.next_chase_on end::timestamp at time zone d.time_zone)::bigint,
    'autopay', d.autopay,
    'attempt_count', d.attempt_count,
    'next_payment_attempt',
      extract(epoch from case when d.next_payment_attempt_on is not null then greatest(
        d.next_payment_attempt_on::timestamp at time zone d.time_zone, d.next_payment_attempt_at)
        end)::bigint,
    'subscription', d.subscription_id,
    'number', d.number,
    'date', extract(epoch from d.invoice_date::timestamp at time zone d.time_zone)::bigint,
    'due_date', extract(epoch from coalesce(d.amended_due_date, d.due_date)::timestamp
      at time zone d.time_zone)::bigint,
    'payment_terms', coalesce(d.amended_payment_terms, d.payment_terms),
    'items', coalesce((
      select json_agg(o.object order by o.line_no)
      from line_item_objects(d.invoice_id, d.minor_unit, d.time_zone) o), '[]'),
    'notes', d.notes,
    'subtotal', trim_scale(d.subtotal_minor * d.minor_unit),
    'discounts', case when d.discount_minor = 0 then '[]'::json else coalesce((
      select json_agg(json_build_object(
        'id', x.invoice_id * 1000000 + x.discount_no, 'object', 'discount',
        'amount', trim_scale(x.amount_minor * d.minor_unit),
        'coupon', (select json_build_object('id', c.code, 'object', 'coupon', 'name', c.name,
          'value', trim_scale(c.value), 'is_percent', c.is_percent, 'currency', c.currency)
          from coupon c
          where c.coupon_id = x.coupon_id),
        'expires', (select extract(epoch
            from c.expiration_date::timestamp at time zone d.time_zone)::bigint
          from coupon c
          where c.coupon_id = x.coupon_id and isfinite(c.expiration_date)))
          order by x.discount_no)
      from invoice_discount x
      where x.invoice_id = d.invoice_id and x.line_no is null), '[]') end,
    'taxes', coalesce((
      -- A key that only some have (category, rounding below) is spliced in: json_build_object
      -- always writes its keys.
      select json_agg((left(json_build_object(
        'id', x.invoice_id * 1000000 + x.tax_no, 'object', 'tax',
        'amount', trim_scale(x.amount_minor * d.minor_unit),
        'tax_rate', case when r.code is not null
          then json_build_object('id', r.code, 'object', 'tax_rate', 'name', r.name,
            'value', trim_scale(v.value), 'is_percent', r.is_percent, 'inclusive', r.inclusive)
          end,
        'inclusive', x.inclusive)::text, -1)
        || case when x.category in ('AE', 'E', 'O')
          then format(', "category" : "%s", "reason" : %s}', rtrim(x.category), to_json(x.reason))
          else '}' end)::json order by x.tax_no)
      from invoice_tax x
      left join tax_rate_version v on v.tax_rate_version_id = x.tax_rate_version_id
      left join tax_rate r on r.tax_rate_id = v.tax_rate_id
      where x.invoice_id = d.invoice_id
        and (x.amount_minor <> 0 or x.tax_rate_version_id is not null
          or x.category in ('AE', 'E', 'O'))), '[]'),
    'total', trim_scale(d.total_minor * d.minor_unit),
    'balance', trim_scale(d.balance_minor * d.minor_unit),
    'url', null,
    'payment_url', null,
    'pdf_url', null,
    'created_at', floor(extract(epoch from d.created_at))::bigint,
    'metadata', coalesce(d.metadata, '{}'),
    'state', d.state,
    'run', d.run_id,
    'seller', d.seller,
    'credits_applied', trim_scale(d.credits_applied_minor * d.minor_unit),
    'updated_at', floor(extract(epoch from coalesce(d.updated_at, d.created_at)))::bigint,
    'purchase_order', d.purchase_order,
    'ship_to', (
      select case when k.party_version = d.customer_party_version then k.ship_to
        else (select v.party -> 'ship_to' from party_version v
              where v.party_kind = 'customer' and v.party_id = d.customer_id
                and v.version = d.customer_party_version) end
      from customer k
      where k.customer_id = d.customer_id)) as object
  where with_object
  offset 0
) o on true
$$;

CREATE FUNCTION invoice_status(i invoice, today date, payment_pending boolean) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select case
    when i.state in ('voided', 'canceled', 'draft', 'reversed') then i.state
    when i.state = 'written_off' then 'bad_debt'
    when invoice_is_disputed(i.invoice_id) then 'disputed'
    when i.settled_minor = i.total_minor + i.rounding_minor then 'paid'
    when payment_pending then 'pending'
    when case when coalesce(i.amended_due_date, i.due_date) is null
        then i.autopay and i.attempt_count > 0
      else coalesce(i.amended_due_date, i.due_date) < today end then 'past_due'
    when i.viewed_at is not null then 'viewed'
    when i.sent_at is not null then 'sent'
    else 'not_sent'
  end
$$;

COMMENT ON FUNCTION invoice_status(i invoice, today date, payment_pending boolean) IS 'The status of an invoice as seen on a day of its seller. AutoPay without a due date is past due from its first failed attempt (RULES 3).';

CREATE FUNCTION is_referred_to_by_none() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
  parent text;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise feature_not_supported using
      message = format('rows of %s can be deleted at read committed only', tg_table_name),
      table = tg_table_name;
  end if;
  for child in 1 .. tg_nargs - 1 by 2 loop
    execute format(
      'select g.%1$I::text from gone g
       where exists (select from %2$I.%3$I c where c.%4$I = g.%1$I) limit 1',
      tg_argv[0], tg_table_schema, tg_argv[child], tg_argv[child + 1]) into parent;
    if parent is not null then
      raise foreign_key_violation using
        message = format('%s %s is still referred to by %s', tg_table_name, parent,
          tg_argv[child]),
        constraint = tg_name, table = tg_table_name;
    end if;
  end loop;
  return null;
end $_$;

CREATE FUNCTION journal_refuses_closed_books() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
end $_$;

CREATE FUNCTION journal_refuses_imbalance() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION keep_party_version() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  insert into party_version (party_kind, party_id, version, party)
  values (tg_argv[0], case tg_argv[0] when 'seller' then (to_jsonb(old) ->> 'seller_id')::bigint
                                      else (to_jsonb(old) ->> 'customer_id')::bigint end,
          old.party_version, to_jsonb(old));
  new.party_version := old.party_version + 1;
  return new;
end $$;

CREATE FUNCTION line_item_objects(document bigint, minor_unit numeric, time_zone text) RETURNS TABLE(line_no integer, object json)
    LANGUAGE sql STABLE
    AS $_$
select l.line_no,
  (left(json_build_object(
    'id', l.invoice_id * 1000000 + l.line_no,
    'object', 'line_item',
    'catalog_item', t.code,
    'type', case when p.code is not null then 'plan'
                 else coalesce(l.pricing ->> 'type', t.type) end,
    'name', coalesce(l.name, p.name, t.name),
    'description', l.description,
    'quantity', trim_scale(l.quantity),
    'unit_cost', trim_scale(l.unit_cost),
    'amount', trim_scale(l.amount_minor * $2),
    'discountable', l.discountable,
    'discounts', case when l.discount_minor = 0 then '[]'::json else coalesce((
      select json_agg(json_build_object(
        'id', x.invoice_id * 1000000 + x.discount_no, 'object', 'discount',
        'amount', trim_scale(x.amount_minor * $2),
        'coupon', (select json_build_object('id', c.code, 'object', 'coupon', 'name', c.name,
          'value', trim_scale(c.value), 'is_percent', c.is_percent, 'currency', c.currency)
          from coupon c
          where c.coupon_id = x.coupon_id),
        'expires', (select extract(epoch
            from c.expiration_date::timestamp at time zone $3)::bigint
          from coupon c
          where c.coupon_id = x.coupon_id and isfinite(c.expiration_date)))
          order by x.discount_no)
      from invoice_discount x
      where x.invoice_id = l.invoice_id and x.line_no = l.line_no), '[]') end,
    'taxable', l.taxable,
    'taxes', case when l.tax_nos is null then '[]'::json else coalesce((
      select json_agg(json_build_object('id', r.code, 'object', 'tax_rate', 'name', r.name,
        'value', trim_scale(v.value), 'is_percent', r.is_percent, 'inclusive', r.inclusive)
          order by x.tax_no)
      from invoice_tax x
      join tax_rate_version v on v.tax_rate_version_id = x.tax_rate_version_id
      join tax_rate r on r.tax_rate_id = v.tax_rate_id
      where x.invoice_id = l.invoice_id and x.tax_no = any (l.tax_nos)), '[]') end,
    'metadata', coalesce(l.metadata, '{}'),
    'period_start', l.period_start,
    'period_end', l.period_end)::text, -1)
  || case when p.code is null then '}' else ', "plan" : ' || to_json(p.code) || '}' end)::json
from invoice_line l
left join price q on q.price_id = l.price_id
left join plan p on p.plan_id = q.plan_id
left join item t on t.item_id = l.item_id
where l.invoice_id = $1
$_$;

CREATE FUNCTION line_keeps_its_coverage() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION look_at_new_subscriptions() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  insert into billing_cursor (subscription_id, lead_days)
  select a.subscription_id, case a.bill_in when 'advance' then a.bill_in_advance_days else 0 end
  from added a;
  return null;
end $$;

CREATE FUNCTION look_at_subscriptions() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  insert into billing_cursor as c (subscription_id, lead_days)
  select s.subscription_id, case s.bill_in when 'advance' then s.bill_in_advance_days else 0 end
  from touched t
  join subscription s on s.subscription_id = t.subscription_id
  order by s.subscription_id
  on conflict (subscription_id) do update
    set lead_days = excluded.lead_days, next_bill_on = null,
      straight = cursor_is_new(c, c.xmin),
      version = c.version + (not cursor_is_new(c, c.xmin))::integer;
  return null;
end $$;

CREATE FUNCTION look_at_subscriptions_again() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  update billing_cursor c
  set next_bill_on = null, straight = false, version = c.version + 1
  where c.subscription_id in (select t.subscription_id from touched t)
    and not cursor_is_new(c, c.xmin);
  return null;
end $$;

CREATE TABLE approval_rule (
    seller_id bigint NOT NULL,
    operation text NOT NULL,
    above numeric,
    set_by text DEFAULT SESSION_USER NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT approval_rule_above_of_amounts CHECK (((above IS NULL) OR ((above >= (0)::numeric) AND (operation = ANY (ARRAY['write_off'::text, 'refund'::text]))))),
    CONSTRAINT approval_rule_operation_known CHECK ((operation = ANY (ARRAY['run_post'::text, 'run_reverse'::text, 'backfill'::text, 'catch_up'::text, 'write_off'::text, 'refund'::text, 'books_reopen'::text, 'charge_resolve'::text])))
);

COMMENT ON TABLE approval_rule IS 'For what a seller wants a second person: each asks somebody with another login.';

COMMENT ON COLUMN approval_rule.above IS 'In major units of the currency: only amounts beyond it; null for all.';

CREATE FUNCTION looser_rule(rule approval_rule, seller text, wanted_above numeric, is_wanted boolean) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select format('approve %s of seller %s from now on %s, not above %s', rule.operation,
    seller, case when is_wanted then 'above ' || wanted_above else 'never' end,
    coalesce(rule.above, 0))
  where not is_wanted or coalesce(wanted_above, 0) > coalesce(rule.above, 0)
$$;

CREATE FUNCTION matching_invoices(bigint, text, bigint, text, text, text, bigint, date, date, jsonpath, timestamp with time zone) RETURNS SETOF invoice
    LANGUAGE sql STABLE
    AS $_$
  select i.*
  from invoice i
  join seller s on s.seller_id = i.seller_id
  cross join lateral (select $5::text is not null and exists (
    select from payment_attempt a
    where a.invoice_id = i.invoice_id and a.state in ('intended', 'pending', 'unknown'))
      as is_pending) pending
  where ($1::bigint is null or i.invoice_id = $1)
    and ($2::text is null or i.kind = $2)
    and ($3::bigint is null or i.customer_id = $3)
    and ($4::text is null or i.invoice_id = any (array(
      select m.invoice_id from invoice_number m
      where m.seller_id = any (array(select e.seller_id from seller e)) and m.number = $4)))
    and ($5::text is null
      or invoice_status(i, ($11::timestamptz at time zone s.time_zone)::date, pending.is_pending)
        = $5)
    -- What the status says of columns, for the indexes.
    and ($5::text is null
      or $5 not in ('disputed', 'pending', 'past_due', 'viewed', 'sent', 'not_sent')
      or i.state = 'open')
    and ($5::text is null or $5 not in ('pending', 'past_due', 'viewed', 'sent', 'not_sent')
      or i.settled_minor < i.total_minor + i.rounding_minor)
    and ($5::text is null or $5 not in ('voided', 'canceled', 'draft', 'reversed') or i.state = $5)
    and ($5::text is null or $5 <> 'bad_debt' or i.state = 'written_off')
    and ($5::text is null or $5 <> 'pending' or i.invoice_id = any (array(
      select a.invoice_id from payment_attempt a
      where a.state in ('intended', 'pending', 'unknown'))))
    and ($5::text is null or $5 not in ('viewed', 'sent', 'not_sent')
      or coalesce(i.amended_due_date, i.due_date) is null
      or coalesce(i.amended_due_date, i.due_date)
        >= ($11::timestamptz at time zone 'UTC')::date - 1)
    and ($6::text is null or i.state = $6)
    and ($7::bigint is null or i.run_id = $7)
    and ($8::date is null or i.invoice_date >= $8)
    and ($9::date is null or i.invoice_date <= $9)
    and ($10::jsonpath is null or i.metadata @@ $10)
$_$;

CREATE FUNCTION measured_plans(subscription bigint, slot integer, plan bigint) RETURNS bigint[]
    LANGUAGE sql STABLE
    AS $$
  select case slot when 0 then array(
      select s.plan_id from subscription s where s.subscription_id = subscription
      union
      select x.plan_id from subscription_change x
      where x.subscription_id = subscription and x.plan_id is not null
      except
      select a.plan_id from subscription_addon a where a.subscription_id = subscription
    ) || plan else array[plan] end
$$;

CREATE FUNCTION money_went_back(of_invoice bigint) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select exists (
    select from settlement t
    join settlement b on b.reverses = t.settlement_id
    where t.invoice_id = of_invoice and t.kind in ('payment', 'credit'))
$$;

COMMENT ON FUNCTION money_went_back(of_invoice bigint) IS 'Whether money was taken off the invoice again: returned, refunded, unapplied, or lost in a dispute. It is not charged again by itself (RULES 3).';

CREATE FUNCTION numbered_figures_stay() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
end $_$;

CREATE FUNCTION part_refers_to_invoice() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
  first_id bigint;
  last_id bigint;
  orphan bigint;
begin
  select min(invoice_id), max(invoice_id) into first_id, last_id from added;
  select invoice_id into orphan
  from (select a.invoice_id from added a
        except
        select i.invoice_id from invoice i where i.invoice_id between first_id and last_id) missing
  limit 1;
  if found then
    raise foreign_key_violation using
      message = format('no invoice %s', orphan), constraint = tg_name, table = tg_table_name;
  end if;
  return null;
end $$;

CREATE FUNCTION payment_source_key(object text, token text, mandate jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $_$
  select case
    when object = 'bank_account' and replace(token, ' ', '') ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'
      then replace(token, ' ', '') || coalesce(' ' || lower(mandate ->> 'id'), '')
    else btrim(token) end
$_$;

COMMENT ON FUNCTION payment_source_key(object text, token text, mandate jsonb) IS 'What makes a payment source another one: its token, or its IBAN and mandate, in whatever case, where a bank collects by files.';

CREATE FUNCTION plain_text(value text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  select case when value !~ '[^\x01-\x7f]' then value
    else regexp_replace(normalize(replace(replace(replace(replace(replace(replace(replace(replace(
      replace(replace(replace(translate(normalize(value, nfc), 'ŁłØøĐđÐðıẞ', 'LlOoDdDdiß'),
      'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'Ä', 'Ae'), 'Ö', 'Oe'), 'Ü', 'Ue'), 'ß', 'ss'),
      'æ', 'ae'), 'Æ', 'Ae'), 'œ', 'oe'), 'Œ', 'Oe'), nfkd), '[\u0300-\u036f]', '', 'g') end
$$;

COMMENT ON FUNCTION plain_text(value text) IS 'A text with its letters spelled without their marks.';

CREATE FUNCTION plan_has_ended(of_invoice bigint) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select exists (
    select from settlement t
    left join credit c on c.credit_id = t.credit_id
    join payment p on p.payment_id = coalesce(t.payment_id, c.payment_id)
    where t.invoice_id = of_invoice and (
      exists (
        select from refund r where r.payment_id = p.payment_id and r.state <> 'declined')
      or exists (
        select from payment_return r
        where r.payment_id = p.payment_id and r.kind = 'dispute' and r.state = 'returned')
      or p.payment_attempt_id is not null and exists (
        select from settlement b where b.reverses = t.settlement_id)))
$$;

COMMENT ON FUNCTION plan_has_ended(of_invoice bigint) IS 'Whether money that settled the invoice was refunded or lost in a dispute, or was charged and taken off it: only a person or the payer charges it again (RULES 3).';

CREATE FUNCTION posted_figures_stay() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  if pg_has_role((select c.relowner from pg_class c where c.oid = tg_relid), 'usage') then
    return new;
  end if;
  raise insufficient_privilege using
    message = format('document %s is posted, its figures stay', old.invoice_id),
    table = tg_table_name;
end $$;

CREATE FUNCTION posted_parts_stay() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
end $_$;

CREATE FUNCTION price_tiers_sound(tiers jsonb, pricing_mode text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$
  select coalesce(bool_and(
      case when jsonb_typeof(t.doc) <> 'object' then false
        when t.doc - '{max_qty,min_qty,unit_cost,flat_cost}'::text[] <> '{}' then false
        when exists (select from jsonb_each(t.doc) f where jsonb_typeof(f.value) <> 'number')
          then false
        else (t.max_qty is null) = t.is_last and coalesce(t.max_qty > t.previous_max, true)
          and coalesce(t.min_qty between t.previous_max and t.previous_max + 1, true)
          and coalesce(t.max_qty <= 1e15 and scale(trim_scale(t.max_qty)) <= 12, true)
          and coalesce(abs(t.unit_cost) <= 1e15 and scale(trim_scale(t.unit_cost)) <= 12, true)
          and coalesce(abs(t.flat_cost) <= 1e15 and scale(trim_scale(t.flat_cost)) <= 12, true)
          and case pricing_mode
            when 'stairstep' then t.flat_cost is not null and coalesce(t.unit_cost, 0) = 0
            else num_nonnulls(t.unit_cost, t.flat_cost) > 0 end
      end), false)
  from (
    select n.*, lead(n.position) over by_place is null as is_last,
           case when n.position = 1 then 0 else lag(n.max_qty) over by_place end as previous_max
    from (
      select e.doc, e.position,
             case jsonb_typeof(e.doc -> 'max_qty') when 'number'
               then (e.doc ->> 'max_qty')::numeric end as max_qty,
             case jsonb_typeof(e.doc -> 'min_qty') when 'number'
               then (e.doc ->> 'min_qty')::numeric end as min_qty,
             case jsonb_typeof(e.doc -> 'unit_cost') when 'number'
               then (e.doc ->> 'unit_cost')::numeric end as unit_cost,
             case jsonb_typeof(e.doc -> 'flat_cost') when 'number'
               then (e.doc ->> 'flat_cost')::numeric end as flat_cost
      from jsonb_array_elements(
        case jsonb_typeof(tiers) when 'array' then tiers else '[]' end)
        with ordinality e (doc, position)
    ) n
    window by_place as (order by n.position)
  ) t
$$;

COMMENT ON FUNCTION price_tiers_sound(tiers jsonb, pricing_mode text) IS 'Whether tiers have neither hole nor overlap, rise, and end with one that has no end.';

CREATE FUNCTION recognised_minor(net_minor bigint, period_start date, period_end date, counts_from date, rounding_mode text, through date) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
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

CREATE FUNCTION refers_to_customer() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
  orphan bigint;
begin
  select a.customer_id into orphan
  from added a
  where (select c.customer_id from customer c where c.customer_id = a.customer_id) is null
  limit 1;
  if found then
    raise foreign_key_violation using
      message = format('no customer %s', orphan), constraint = tg_name, table = tg_table_name;
  end if;
  return null;
end $$;

CREATE FUNCTION refers_to_parent() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
  orphan text;
  query constant text := format(
    'with stranger as materialized (
       select distinct a.%1$I as key
       from %2$s a
       where a.%1$I is not null and not exists (select from %3$I.%4$I p
         where p.%5$I = a.%1$I and p.xmin = pg_current_xact_id()::xid)
     )
     select key::text from stranger
     where (select p.%5$I from %3$I.%4$I p where p.%5$I = stranger.key for key share) is null
     limit 1',
    tg_argv[0], case tg_level when 'ROW' then '(select ($1).*)' else 'added' end,
    tg_table_schema, tg_argv[1], tg_argv[2]);
begin
  if tg_level = 'ROW' then
    execute query into orphan using new;
  else
    execute query into orphan;
  end if;
  if orphan is not null then
    raise foreign_key_violation using
      message = format('no %s %s', tg_argv[1], orphan),
      constraint = replace(tg_name, '_other_', '_'), table = tg_table_name;
  end if;
  return null;
end $_$;

CREATE FUNCTION refuse_change_of_key() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  raise foreign_key_violation using
    message = format('the key of %s never changes', tg_table_name), table = tg_table_name;
end $$;

CREATE FUNCTION refuse_losing_coverage() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  raise foreign_key_violation using
    message = format('%s is referred to by coverage', tg_table_name), table = tg_table_name;
end $$;

CREATE FUNCTION refuse_rewriting() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  raise insufficient_privilege
    using message = format('%s is append only', tg_table_name), table = tg_table_name;
end $$;

CREATE FUNCTION refuse_truncating() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  raise foreign_key_violation using
    message = format('%s is referred to, so it is never truncated', tg_table_name),
    table = tg_table_name;
end $$;

CREATE FUNCTION resolve_cancel_at_period_end() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
  today date;
begin
  if tg_op = 'UPDATE' then
    if old.cancel_at_period_end then
      new.canceled_at := old.canceled_at;
      return new;
    end if;
    -- A run that is at work may be covering more.
    perform 1 from billing_cursor where subscription_id = new.subscription_id for update;
  end if;
  select (now() at time zone s.time_zone)::date into today
  from customer c join seller s on s.seller_id = c.seller_id
  where c.customer_id = new.customer_id;
  select greatest(
    case when today < new.trial_end then new.trial_end
      else end_of_period(p.interval, p.interval_count, coalesce(new.trial_end, new.start_date),
        coalesce(new.snap_to_nth_day, new.anchor_day), today) end,
    new.migrated_through,
    (select max(c.span_end) from coverage c
     where c.subscription_id = new.subscription_id and c.slot = 0 and c.released_by is null))
  into new.canceled_at
  from plan p
  where p.plan_id = new.plan_id;
  return new;
end $$;

CREATE FUNCTION run_account_refers_to_run() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  if exists (select 1 from (select distinct run_id from added) a
             where (select r.run_id from run r where r.run_id = a.run_id) is null) then
    raise foreign_key_violation using
      message = 'no such run', constraint = tg_name, table = tg_table_name;
  end if;
  return null;
end $$;

CREATE FUNCTION seller_keeps_its_recognition() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  if exists (select from journal j where j.seller_id = old.seller_id) then
    raise check_violation using
      message = format('seller %s has booked, its revenue_recognition stays', old.code),
      constraint = 'seller_recognition_stays', table = 'seller';
  end if;
  return new;
end $$;

CREATE FUNCTION sepa_text(value text, places integer) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  with plain (text) as (
    select regexp_replace(replace(plain_text(value), '&', '+'), '[^a-zA-Z0-9/?:().,''+ -]', ' ',
      'g')
  )
  select left(btrim(regexp_replace(regexp_replace(text, '/{2,}', '/', 'g'), ' {2,}', ' ', 'g'),
    ' /'), places)
  from plain
$$;

COMMENT ON FUNCTION sepa_text(value text, places integer) IS 'A text in the signs that every bank takes, which is less than Latin 1 (EPC217-08).';

CREATE FUNCTION statement_covers(of_account text, of_currency text, of_day date) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select exists (
      select from bank_statement k
      where k.account = md5(of_account) and k.currency = of_currency
        and (k.closed_on = of_day or k.opened_on < of_day and k.closed_on > of_day))
    or exists (
      select from bank_statement k
      where k.account = md5(of_account) and k.currency = of_currency and k.closed_on > of_day)
    and exists (
      select from bank_statement k
      where k.account = md5(of_account) and k.currency = of_currency and k.closed_on < of_day)
    and not exists (
      select from bank_entry e
      where e.reason = 'balance_gap' and e.payment_id is null and e.cleared_at is null
        and e.account = right(of_account, 4) and e.currency = of_currency)
$$;

COMMENT ON FUNCTION statement_covers(of_account text, of_currency text, of_day date) IS 'Whether statements (camt.053) of an account are of a day: one closes on it, or there are some before it and after it, however far apart, and none is missing.';

CREATE FUNCTION statement_may_have(of_account text, of_currency text, of_day date, of_minor bigint, of_block text, of_words text[]) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select exists (
    select from bank_entry e
    where e.is_stated and e.is_credit and e.payment_id is null
      and e.reason is distinct from 'superseded' and e.account = right(of_account, 4)
      -- What is cleared is something else, but where that says that it is what was told before.
      and (e.cleared_at is null or e.reason in ('reference_again', 'told_already', 'words_differ'))
      and e.currency = of_currency and e.booked_on between of_day - 7 and of_day + 7
      and (e.reference = of_block
        or e.amount_minor = of_minor and bank_likeness(e.words, of_words) > 0
        or abs(e.amount_minor - of_minor) <= 10000 and bank_likeness(e.words, of_words) > 2
        or e.booked_on = of_day and e.amount_minor >= of_minor
          and (e.reason = 'details_missing' or array_remove(e.words, null) = '{}')))
$$;

COMMENT ON FUNCTION statement_may_have(of_account text, of_currency text, of_day date, of_minor bigint, of_block text, of_words text[]) IS 'Whether a statement (camt.053) has a credit, open or told before, that may be what another file told: one of the block, one of that amount whose words do not make it another, or, with a fee, are the same, or a sum of that day that does not say what it is of.';

CREATE FUNCTION subscription_change_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  if tg_op = 'DELETE' and old.applied_by is null and not exists (
    select from coverage c
    where c.subscription_id = old.subscription_id and c.released_by is null
      and c.span_start >= old.effective) then
    return old;
  end if;
  raise integrity_constraint_violation using
    message = format('change %s of subscription %s is billed or would be rewritten: add another '
                     'change', old.subscription_change_id, old.subscription_id),
    constraint = 'subscription_change_stays', table = 'subscription_change';
end $$;

CREATE FUNCTION subscription_takes_its_parts() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise feature_not_supported using
      message = 'rows of subscription can be deleted at read committed only',
      table = tg_table_name;
  end if;
  delete from subscription_addon a using gone g where a.subscription_id = g.subscription_id;
  delete from billing_cursor c using gone g where c.subscription_id = g.subscription_id;
  return null;
end $$;

CREATE FUNCTION unposting_is_told() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
end $_$;

CREATE FUNCTION usage_comes_in() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  update billing_cursor c
  set version = c.version + 1, usage_from = least(c.usage_from, t.first_day),
    next_bill_on = case when t.first_day >= c.usage_through then c.next_bill_on end
  from (select subscription_id, min(used_on) as first_day from touched group by subscription_id) t
  where c.subscription_id = t.subscription_id;
  return null;
end $$;

CREATE FUNCTION wait_for_documents() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  lock table invoice, run_account in share mode;
  return null;
end $$;

CREATE FUNCTION xml_words(value xml) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  select nullif(btrim(regexp_replace(replace(replace(replace(replace(replace(
    regexp_replace(value::text, '<[^>]*>', ' ', 'g'), '&lt;', '<'), '&gt;', '>'), '&quot;', '"'),
    '&apos;', ''''), '&amp;', '&'), '\s+', ' ', 'g')), '')
$$;

COMMENT ON FUNCTION xml_words(value xml) IS 'The texts of elements, one after the other; null for none.';

CREATE TABLE api_answer (
    api_key_id bigint NOT NULL,
    idempotency_key text NOT NULL,
    request_digest bytea NOT NULL,
    began_at timestamp with time zone DEFAULT now() NOT NULL,
    status smallint,
    body text,
    CONSTRAINT api_answer_whole CHECK (((status IS NULL) = (body IS NULL)))
);

COMMENT ON TABLE api_answer IS 'What was answered to a request with an idempotency key: the same again has no second effect.';

COMMENT ON COLUMN api_answer.request_digest IS 'SHA-256 of method, path, query and body.';

COMMENT ON COLUMN api_answer.status IS 'Of HTTP; null while the request is under way.';

CREATE TABLE api_key (
    api_key_id bigint NOT NULL,
    name text NOT NULL,
    digest bytea NOT NULL,
    client_id text NOT NULL,
    client_digest bytea NOT NULL,
    scopes text[] NOT NULL,
    created_by text DEFAULT SESSION_USER NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    CONSTRAINT api_key_digest_length CHECK (((length(digest) = 32) AND (length(client_digest) = 32))),
    CONSTRAINT api_key_name_plain CHECK ((name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'::text)),
    CONSTRAINT api_key_scopes_known CHECK (((scopes <@ ARRAY['read'::text, 'write'::text, 'operate'::text]) AND (cardinality(scopes) > 0)))
);

COMMENT ON TABLE api_key IS 'Who may speak to the server; the key itself is kept nowhere.';

COMMENT ON COLUMN api_key.digest IS 'SHA-256 of the key, which has 256 random bits.';

COMMENT ON COLUMN api_key.client_id IS 'By which OAuth names the key: 36 characters, as its clients want.';

COMMENT ON COLUMN api_key.client_digest IS 'SHA-256 of the secret for OAuth, which has 240 random bits.';

COMMENT ON COLUMN api_key.last_used_at IS 'To the minute.';

ALTER TABLE api_key ALTER COLUMN api_key_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME api_key_api_key_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE api_token (
    digest bytea NOT NULL,
    api_key_id bigint NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT api_token_digest_length CHECK ((length(digest) = 32))
);

COMMENT ON TABLE api_token IS 'Bearer tokens of OAuth, each for a key and a short time.';

COMMENT ON COLUMN api_token.digest IS 'SHA-256 of the token, which has 256 random bits.';

CREATE TABLE approval (
    approval_id bigint NOT NULL,
    seller_id bigint NOT NULL,
    operation text NOT NULL,
    facts text NOT NULL,
    digest bytea NOT NULL,
    requested_by text DEFAULT SESSION_USER NOT NULL,
    requested_os_user text NOT NULL,
    requested_at timestamp with time zone DEFAULT now() NOT NULL,
    approved_by text,
    approved_os_user text,
    approved_at timestamp with time zone,
    declined_by text,
    declined_at timestamp with time zone,
    reason text,
    used_by text,
    used_at timestamp with time zone,
    CONSTRAINT approval_approved_whole CHECK (((approved_by IS NULL) = (approved_at IS NULL))),
    CONSTRAINT approval_by_another CHECK ((approved_by <> requested_by)),
    CONSTRAINT approval_declined_whole CHECK ((((declined_by IS NULL) = (declined_at IS NULL)) AND ((reason IS NULL) OR (declined_at IS NOT NULL)))),
    CONSTRAINT approval_digest_of_facts CHECK ((digest = sha256(convert_to(facts, 'UTF8'::name)))),
    CONSTRAINT approval_not_used_by_approver CHECK ((used_by <> approved_by)),
    CONSTRAINT approval_used_whole CHECK ((((used_by IS NULL) = (used_at IS NULL)) AND ((used_at IS NULL) OR ((approved_at IS NOT NULL) AND (declined_at IS NULL)))))
);

COMMENT ON TABLE approval IS 'What somebody asked for, who approved it, and who did it then: once, and only just that.';

COMMENT ON COLUMN approval.facts IS 'What it is that was approved, in words and figures.';

COMMENT ON COLUMN approval.digest IS 'sha256 of the facts: what comes to other facts needs another approval.';

COMMENT ON COLUMN approval.declined_by IS 'Who said no, or no longer; it may be the login that asked or approved.';

COMMENT ON COLUMN approval.reason IS 'Why it was declined; null if nobody said.';

ALTER TABLE approval ALTER COLUMN approval_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME approval_approval_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE attachment (
    attachment_id bigint NOT NULL,
    invoice_id bigint NOT NULL,
    file_id bigint NOT NULL,
    attached_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE attachment IS 'Which files go with which document.';

ALTER TABLE attachment ALTER COLUMN attachment_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME attachment_attachment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE bank_block (
    bank_file_id bigint NOT NULL,
    block integer NOT NULL,
    payment_id text NOT NULL,
    scheme text NOT NULL,
    sequence text NOT NULL,
    collected_on date NOT NULL,
    final_on date NOT NULL,
    debit_count integer NOT NULL,
    sum_minor bigint NOT NULL,
    CONSTRAINT bank_block_final_later CHECK ((final_on > collected_on)),
    CONSTRAINT bank_block_has_debits CHECK (((debit_count > 0) AND (sum_minor > 0))),
    CONSTRAINT bank_block_payment_short CHECK (((length(payment_id) >= 1) AND (length(payment_id) <= 35))),
    CONSTRAINT bank_block_scheme_known CHECK ((scheme = ANY (ARRAY['core'::text, 'b2b'::text]))),
    CONSTRAINT bank_block_sequence_known CHECK ((sequence = ANY (ARRAY['FRST'::text, 'RCUR'::text, 'FNAL'::text, 'OOFF'::text])))
);

COMMENT ON TABLE bank_block IS 'The debits of a file that are collected on one day, by one rule book and sequence type.';

COMMENT ON COLUMN bank_block.final_on IS 'From this day on what was not returned is approved (RULES 4).';

CREATE TABLE bank_debit (
    payment_attempt_id bigint NOT NULL,
    bank_file_id bigint NOT NULL,
    block integer NOT NULL,
    end_to_end_id text NOT NULL,
    amount_minor bigint NOT NULL,
    booked_on date,
    booked_ref text,
    booked_account text,
    is_booking_stated boolean DEFAULT false NOT NULL,
    settled_on date,
    uncollected_on date,
    fee_minor bigint,
    returned_on date,
    return_ref text,
    return_account text,
    is_return_stated boolean DEFAULT false NOT NULL,
    CONSTRAINT bank_debit_end_to_end_short CHECK (((length(end_to_end_id) >= 1) AND (length(end_to_end_id) <= 35))),
    CONSTRAINT bank_debit_settled_booked CHECK (((settled_on IS NULL) OR (booked_on IS NOT NULL))),
    CONSTRAINT bank_debit_settled_collected CHECK (((settled_on IS NULL) OR (uncollected_on IS NULL)))
);

COMMENT ON TABLE bank_debit IS 'An attempt in a file: in one at most, for ever.';

COMMENT ON COLUMN bank_debit.booked_on IS 'When the bank has booked it to our account, alone or with its block, by its statement; null for not yet.';

COMMENT ON COLUMN bank_debit.booked_ref IS 'The bank''s reference of that booking, by a statement (camt.053): under another one it is booked again. Null for none.';

COMMENT ON COLUMN bank_debit.booked_account IS 'Our account that the money came to, by its last four places: a booking of another is another.';

COMMENT ON COLUMN bank_debit.is_booking_stated IS 'Whether a statement (camt.053) has that booking, and no camt.052 or camt.054 alone.';

COMMENT ON COLUMN bank_debit.settled_on IS 'The day on which its money was booked from debits in transit to the bank (RULES 7).';

COMMENT ON COLUMN bank_debit.uncollected_on IS 'The day on which a person took it back since the bank had booked no money of it: it came out of debits in transit, and what comes in of it later is listed.';

COMMENT ON COLUMN bank_debit.fee_minor IS 'What the bank has asked for its return, as far as it was told; null for not returned.';

COMMENT ON COLUMN bank_debit.returned_on IS 'The day on which the bank took it back, by its statement, under the reference return_ref: what it takes under another one on another day is taken again.';

COMMENT ON COLUMN bank_debit.return_account IS 'Our account that the bank took it back from, by its last four places.';

COMMENT ON COLUMN bank_debit.is_return_stated IS 'Whether a statement (camt.053) has its return, under the reference return_ref.';

CREATE TABLE bank_entry (
    bank_entry_id bigint NOT NULL,
    entry_key text NOT NULL,
    account text NOT NULL,
    bank_ref text,
    booking_ref text,
    booking_minor bigint NOT NULL,
    detail_count integer NOT NULL,
    digest text NOT NULL,
    words text[] NOT NULL,
    is_credit boolean NOT NULL,
    booked_on date NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    payer text,
    reference text,
    mandate text,
    payment_id bigint,
    reason text,
    cleared_at timestamp with time zone,
    cleared_by text,
    note text,
    is_statement boolean DEFAULT false NOT NULL,
    is_stated boolean DEFAULT false NOT NULL,
    repays bigint[],
    CONSTRAINT bank_entry_amount_positive CHECK ((amount_minor > 0)),
    CONSTRAINT bank_entry_cleared_by_somebody CHECK ((num_nonnulls(cleared_at, cleared_by, note) = ANY (ARRAY[0, 3]))),
    CONSTRAINT bank_entry_details_counted CHECK ((detail_count >= 0)),
    CONSTRAINT bank_entry_paid_euro CHECK (((payment_id IS NULL) OR (is_credit AND (currency = 'EUR'::text))))
);

COMMENT ON TABLE bank_entry IS 'What a bank statement told of and was a transfer, or could not be taken as it was: the same one in another file changes nothing. In minor units of its currency.';

COMMENT ON COLUMN bank_entry.entry_key IS 'Account, the bank''s reference or the digest, and the how manieth so called it is.';

COMMENT ON COLUMN bank_entry.account IS 'Ours, by its last four places.';

COMMENT ON COLUMN bank_entry.bank_ref IS 'The bank''s reference of the transaction, else of its booking; null for none.';

COMMENT ON COLUMN bank_entry.booking_ref IS 'The bank''s reference of the booking that it is of.';

COMMENT ON COLUMN bank_entry.booking_minor IS 'The amount of that booking.';

COMMENT ON COLUMN bank_entry.detail_count IS 'How many transactions that booking told of; 0 where it was kept as a sum.';

COMMENT ON COLUMN bank_entry.digest IS 'Of what it says: day, amount, payer, end-to-end id and text.';

COMMENT ON COLUMN bank_entry.words IS 'Payer, end-to-end id, text and the MD5 of the payer''s account as they are compared, with what later files told of them.';

COMMENT ON COLUMN bank_entry.mandate IS 'The mandate that a return names.';

COMMENT ON COLUMN bank_entry.payment_id IS 'The payment that it became; null where it became none.';

COMMENT ON COLUMN bank_entry.reason IS 'Why it became none; superseded: another file told of the transactions that it is the sum of.';

COMMENT ON COLUMN bank_entry.cleared_at IS 'When a person dealt with it, as the note says.';

COMMENT ON COLUMN bank_entry.is_statement IS 'Whether a camt.053 told of it: two of one account have each booking once.';

COMMENT ON COLUMN bank_entry.is_stated IS 'Whether a camt.053 told of it, first or later.';

COMMENT ON COLUMN bank_entry.repays IS 'The payments of which money that went out is perhaps a refund, each recorded refund being one transfer''s; 0 stands for what is no refund: a debit that is pending, a return.';

ALTER TABLE bank_entry ALTER COLUMN bank_entry_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME bank_entry_bank_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE bank_file (
    bank_file_id bigint NOT NULL,
    seller_id bigint NOT NULL,
    gateway text NOT NULL,
    account text NOT NULL,
    message_id text NOT NULL,
    as_of date NOT NULL,
    state text DEFAULT 'written'::text NOT NULL,
    debit_count integer NOT NULL,
    sum_minor bigint NOT NULL,
    content bytea NOT NULL,
    sha256 bytea GENERATED ALWAYS AS (sha256(content)) STORED NOT NULL,
    written_at timestamp with time zone DEFAULT now() NOT NULL,
    handed_over_at timestamp with time zone,
    answered_at timestamp with time zone,
    CONSTRAINT bank_file_has_debits CHECK (((debit_count > 0) AND (sum_minor > 0))),
    CONSTRAINT bank_file_message_short CHECK (((length(message_id) >= 1) AND (length(message_id) <= 35))),
    CONSTRAINT bank_file_state_known CHECK ((state = ANY (ARRAY['written'::text, 'handed_over'::text, 'acknowledged'::text, 'rejected'::text])))
);

COMMENT ON TABLE bank_file IS 'A pain.008 message to the byte: it is handed over once, and a lost one is sent again (RULES 4). In euros.';

COMMENT ON COLUMN bank_file.account IS 'Ours that the money comes to, as the MD5 of its number.';

COMMENT ON COLUMN bank_file.answered_at IS 'When the bank took or rejected it as a whole.';

ALTER TABLE bank_file ALTER COLUMN bank_file_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME bank_file_bank_file_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE bank_report (
    fingerprint bytea NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    message_id text NOT NULL,
    is_whole boolean NOT NULL,
    read_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT bank_report_fingerprint_whole CHECK ((length(fingerprint) = 32))
);

COMMENT ON TABLE bank_report IS 'A file that came back from a bank, by its SHA-256: it is read once.';

COMMENT ON COLUMN bank_report.is_whole IS 'Whether all of it was read; a file that tells of days to come is read again.';

CREATE TABLE bank_statement (
    bank_statement_id bigint NOT NULL,
    account text NOT NULL,
    name text NOT NULL,
    currency text NOT NULL,
    opened_on date,
    closed_on date NOT NULL,
    opening_minor bigint,
    closing_minor bigint NOT NULL,
    digest text NOT NULL
);

COMMENT ON TABLE bank_statement IS 'The balances of a statement (camt.053), in minor units of its currency: it opens with what the one before closes with.';

COMMENT ON COLUMN bank_statement.account IS 'Ours, as the MD5 of its number.';

COMMENT ON COLUMN bank_statement.name IS 'What the bank calls it.';

COMMENT ON COLUMN bank_statement.opened_on IS 'The day of the opening balance: the first of its days, or the one before.';

COMMENT ON COLUMN bank_statement.closed_on IS 'The day of the closing balance.';

COMMENT ON COLUMN bank_statement.opening_minor IS 'Null where the bank does not tell it.';

COMMENT ON COLUMN bank_statement.digest IS 'Of its bookings: reference, day and amount.';

ALTER TABLE bank_statement ALTER COLUMN bank_statement_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME bank_statement_bank_statement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE book (
    is_only boolean DEFAULT true NOT NULL,
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT book_is_one CHECK (is_only)
);

COMMENT ON TABLE book IS 'These books, in one row: their name in idempotency keys, so that no others share them.';

COMMENT ON COLUMN book.uuid IS 'Another one after a doubt was settled, so that no key is used twice; its last twelve digits stay, by which these books and all copies know each other''s charges.';

CREATE TABLE bounced_address (
    address text NOT NULL,
    message_id bigint NOT NULL,
    reject_reason text NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT bounced_address_lower CHECK ((address = lower(address)))
);

COMMENT ON TABLE bounced_address IS 'Addresses that a server has refused for good: nothing more is sent there until somebody allows it.';

CREATE TABLE chase_step (
    invoice_id bigint NOT NULL,
    chasing_cadence_id bigint NOT NULL,
    step smallint NOT NULL,
    action text NOT NULL,
    due_on date NOT NULL,
    taken_on date NOT NULL,
    state text DEFAULT 'taken'::text NOT NULL,
    reason text,
    assignee text,
    message_id bigint,
    CONSTRAINT chase_step_refused_has_reason CHECK (((state = 'refused'::text) = (reason IS NOT NULL))),
    CONSTRAINT chase_step_state_known CHECK ((state = ANY (ARRAY['taken'::text, 'missed'::text, 'refused'::text])))
);

COMMENT ON TABLE chase_step IS 'A step taken: once for an invoice, cadence version and step.';

COMMENT ON COLUMN chase_step.state IS 'missed: a later step was taken in its place; refused: it could not be taken, for the reason.';

COMMENT ON COLUMN chase_step.assignee IS 'Who takes over or calls, as the cadence says.';

CREATE TABLE chasing_cadence (
    chasing_cadence_id bigint NOT NULL,
    code text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    business_days_only boolean DEFAULT false NOT NULL,
    quiet_hours jsonb,
    combine boolean DEFAULT false NOT NULL,
    steps jsonb NOT NULL
);

COMMENT ON TABLE chasing_cadence IS 'The steps by which an unpaid invoice is chased; a change makes a new version.';

ALTER TABLE chasing_cadence ALTER COLUMN chasing_cadence_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME chasing_cadence_chasing_cadence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE coupon (
    coupon_id bigint NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    value numeric NOT NULL,
    is_percent boolean DEFAULT true NOT NULL,
    currency character(3),
    exclusive boolean DEFAULT false NOT NULL,
    expiration_date date,
    max_redemptions integer DEFAULT 0 NOT NULL,
    redemptions integer DEFAULT 0 NOT NULL,
    duration_cycles integer,
    CONSTRAINT coupon_duration_positive CHECK ((duration_cycles > 0)),
    CONSTRAINT coupon_fixed_has_currency CHECK ((is_percent OR (currency IS NOT NULL))),
    CONSTRAINT coupon_percent_at_most_hundred CHECK (((NOT is_percent) OR (value <= (100)::numeric))),
    CONSTRAINT coupon_redemptions_within CHECK (((redemptions >= 0) AND ((max_redemptions = 0) OR (redemptions <= max_redemptions)))),
    CONSTRAINT coupon_value_not_negative CHECK ((((value >= (0)::numeric) AND (value <= '1000000000000000'::numeric)) AND (scale(value) <= 12)))
);

COMMENT ON TABLE coupon IS 'A discount that can be attached: per cent or a fixed amount, for some cycles or for ever.';

COMMENT ON COLUMN coupon.value IS 'Per cent, or an amount in major units of the currency.';

COMMENT ON COLUMN coupon.expiration_date IS 'Last day; compared with the start of a period, never with the day of a run.';

COMMENT ON COLUMN coupon.max_redemptions IS 'Attachments allowed, 0 for any number (RULES 0.9).';

ALTER TABLE coupon ALTER COLUMN coupon_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME coupon_coupon_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE coverage (
    subscription_id bigint NOT NULL,
    slot smallint NOT NULL,
    span_start date NOT NULL,
    span_end date NOT NULL,
    invoice_id bigint,
    line_no integer,
    reason text,
    released_by text,
    run_id bigint,
    payer_id bigint,
    coupon_ids bigint[],
    cycle_start date,
    CONSTRAINT coverage_billed_or_reason CHECK ((((invoice_id IS NULL) = (reason IS NOT NULL)) AND ((invoice_id IS NULL) = (line_no IS NULL)))),
    CONSTRAINT coverage_cycle CHECK (((coupon_ids IS NULL) = (cycle_start IS NULL))),
    CONSTRAINT coverage_reason_known CHECK ((reason = ANY (ARRAY['trial'::text, 'paused'::text, 'zero'::text, 'waived'::text, 'migrated'::text, 'skipped'::text, 'before_backfill'::text, 'awaiting_renewal'::text]))),
    CONSTRAINT coverage_span_ordered CHECK ((span_start < span_end))
);

COMMENT ON TABLE coverage IS 'Spans [span_start, span_end) of a charge (subscription and slot). Spans that are not released never overlap: the schema refuses it.';

COMMENT ON COLUMN coverage.line_no IS 'The first line that bills the span.';

COMMENT ON COLUMN coverage.released_by IS 'What gave the days back to be billed again, null while they are covered.';

COMMENT ON COLUMN coverage.run_id IS 'The run that covers days without billing them, so that taking it back gives them back; null where
  a line bills them.';

COMMENT ON COLUMN coverage.payer_id IS 'Who would have been billed by that run, so that they come back with what it has billed this payer, whoever pays now; null where run_id is.';

COMMENT ON COLUMN coverage.coupon_ids IS 'Coupons of which a cycle counts for the base period of these days, also of coupons that found
  nothing left: giving back all days of the period gives the cycles back. Of an add-on those of the
  period that it was billed with, without a cycle. Null for none.';

COMMENT ON COLUMN coverage.cycle_start IS 'First paid day of that period, null where coupon_ids is.';

CREATE TABLE credit (
    credit_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    kind text NOT NULL,
    currency character(3) NOT NULL,
    amount_minor bigint NOT NULL,
    used_minor bigint DEFAULT 0 NOT NULL,
    granted_on date NOT NULL,
    expires_on date,
    payment_id bigint,
    credit_note_id bigint,
    CONSTRAINT credit_amount_positive CHECK ((amount_minor > 0)),
    CONSTRAINT credit_kind_known CHECK ((kind = ANY (ARRAY['money'::text, 'credit_note'::text, 'goodwill'::text]))),
    CONSTRAINT credit_used_within CHECK (((used_minor >= 0) AND (used_minor <= amount_minor)))
);

COMMENT ON TABLE credit IS 'What a customer has open with us in one currency: overpaid money, credit notes, goodwill (RULES 1.12).';

COMMENT ON COLUMN credit.expires_on IS 'Last day, null for never.';

ALTER TABLE credit ALTER COLUMN credit_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME credit_credit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE credit_payout (
    credit_payout_id bigint NOT NULL,
    credit_id bigint NOT NULL,
    amount_minor bigint NOT NULL,
    refund_id bigint,
    payment_return_id bigint,
    credit_note_id bigint,
    CONSTRAINT credit_payout_amount_positive CHECK ((amount_minor > 0)),
    CONSTRAINT credit_payout_one_cause CHECK ((num_nonnulls(refund_id, payment_return_id, credit_note_id) = 1))
);

COMMENT ON TABLE credit_payout IS 'What left a credit without settling anything: it was paid back, or taken back, or its credit note is voided or a draft again.';

ALTER TABLE credit_payout ALTER COLUMN credit_payout_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME credit_payout_credit_payout_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE currency (
    code character(3) NOT NULL,
    digits smallint NOT NULL,
    minor_unit numeric GENERATED ALWAYS AS (round(power((10)::numeric, ((- digits))::numeric), (digits)::integer)) STORED NOT NULL,
    CONSTRAINT currency_digits_range CHECK (((digits >= 0) AND (digits <= 4))),
    CONSTRAINT currency_lower CHECK (((code)::text = lower((code)::text)))
);

COMMENT ON TABLE currency IS 'ISO 4217: the currencies in use and the digits of their minor unit. A test compares it with the program''s own.';

COMMENT ON COLUMN currency.minor_unit IS 'One minor unit in major units: 0.01 for usd. An amount in minor units times this is exact.';

CREATE TABLE customer (
    customer_id bigint NOT NULL,
    seller_id bigint NOT NULL,
    name text NOT NULL,
    number text,
    email text,
    type text DEFAULT 'company'::text NOT NULL,
    address1 text,
    address2 text,
    city text,
    state text,
    postal_code text,
    country text,
    ship_to jsonb,
    currency character(3),
    language text,
    time_zone text,
    phone text,
    tax_id text,
    tax_id_checked_at timestamp with time zone,
    taxable boolean DEFAULT true NOT NULL,
    tax_exempt_reason text,
    taxes text[] DEFAULT '{}'::text[] NOT NULL,
    autopay boolean DEFAULT false NOT NULL,
    autopay_delay_days integer,
    payment_terms text,
    chase boolean DEFAULT true NOT NULL,
    chasing_cadence text,
    retry_policy_id bigint,
    parent_customer_id bigint,
    bill_parent boolean DEFAULT true NOT NULL,
    consolidated boolean DEFAULT false NOT NULL,
    batch text,
    purchase_order text,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    party_version integer DEFAULT 1 NOT NULL,
    CONSTRAINT customer_autopay_delay_range CHECK (((autopay_delay_days >= 0) AND (autopay_delay_days <= 365))),
    CONSTRAINT customer_id_positive CHECK ((customer_id > 0)),
    CONSTRAINT customer_not_own_parent CHECK ((parent_customer_id <> customer_id)),
    CONSTRAINT customer_type_known CHECK ((type = ANY (ARRAY['company'::text, 'person'::text])))
);

COMMENT ON TABLE customer IS 'A party that is billed. Written by the owner''s application with plain SQL, or by import.';

COMMENT ON COLUMN customer.currency IS 'Null: the seller''s.';

COMMENT ON COLUMN customer.taxes IS 'Codes of tax rates that apply to all taxable lines; none leaves it to the seller''s rules (RULES 1.3).';

COMMENT ON COLUMN customer.bill_parent IS 'With a parent: true bills the parent, false only groups in reports (RULES 5).';

COMMENT ON COLUMN customer.batch IS 'A group by which a run''s scope can choose.';

COMMENT ON COLUMN customer.party_version IS 'Counts changes of what a document prints of the customer (RULES 0.10).';

ALTER TABLE customer ALTER COLUMN customer_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME customer_customer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE decline_rule (
    gateway text NOT NULL,
    code text NOT NULL,
    decline_class text NOT NULL,
    barred_hours integer DEFAULT 0 NOT NULL,
    CONSTRAINT decline_rule_class_known CHECK ((decline_class = ANY (ARRAY['hard'::text, 'soft'::text, 'action_needed'::text, 'technical'::text]))),
    CONSTRAINT decline_rule_hours_range CHECK (((barred_hours >= 0) AND (barred_hours <= 8784)))
);

COMMENT ON TABLE decline_rule IS 'What a decline means, by gateway (* is any) and code; a retry policy may say it otherwise, and what stands nowhere is soft. It may be edited.';

COMMENT ON COLUMN decline_rule.barred_hours IS 'How long the card scheme forbids another try (RULES 4).';

CREATE TABLE invoice_line (
    invoice_id bigint NOT NULL,
    line_no integer NOT NULL,
    kind text NOT NULL,
    subscription_id bigint,
    slot smallint,
    price_id bigint,
    item_id bigint,
    name text,
    description text,
    quantity numeric NOT NULL,
    unit_cost numeric NOT NULL,
    amount_minor bigint NOT NULL,
    discount_minor bigint DEFAULT 0 NOT NULL,
    invoice_discount_minor bigint DEFAULT 0 NOT NULL,
    net_minor bigint NOT NULL,
    period_start date,
    period_end date,
    tax_date date NOT NULL,
    tax_nos smallint[],
    discountable boolean DEFAULT true NOT NULL,
    taxable boolean DEFAULT true NOT NULL,
    pricing jsonb,
    metadata jsonb,
    CONSTRAINT invoice_line_kind_known CHECK ((kind = ANY (ARRAY['period'::text, 'usage'::text, 'minimum'::text, 'credit'::text, 'pending'::text, 'goodwill'::text, 'late_fee'::text, 'manual'::text]))),
    CONSTRAINT invoice_line_no_range CHECK (((line_no >= 1) AND (line_no <= 100000))),
    CONSTRAINT invoice_line_period_ordered CHECK ((period_start < period_end))
);

COMMENT ON TABLE invoice_line IS 'One line: what it was priced from and what it came to.';

COMMENT ON COLUMN invoice_line.name IS 'Null: the plan''s name (by price_id) or the item''s.';

COMMENT ON COLUMN invoice_line.unit_cost IS 'Major units, up to 12 places; the rounded product with quantity is amount_minor (RULES 1.2).';

COMMENT ON COLUMN invoice_line.discount_minor IS 'The line''s own discounts.';

COMMENT ON COLUMN invoice_line.invoice_discount_minor IS 'The line''s share of invoice discounts, stored and never derived again (RULES 1.1).';

COMMENT ON COLUMN invoice_line.net_minor IS 'After discounts and without inclusive taxes: the tax base (RULES 1.1).';

COMMENT ON COLUMN invoice_line.period_end IS 'Exclusive; printed as the day before.';

COMMENT ON COLUMN invoice_line.tax_nos IS 'The invoice''s taxes (invoice_tax.tax_no) that apply to the line.';

COMMENT ON COLUMN invoice_line.pricing IS 'What the price rule read beyond these columns: ratio of days, tiers used, real quantity.';

CREATE TABLE price (
    price_id bigint NOT NULL,
    plan_id bigint NOT NULL,
    valid_from date DEFAULT '-infinity'::date NOT NULL,
    pricing_mode text DEFAULT 'per_unit'::text NOT NULL,
    amount numeric,
    tiers jsonb,
    package_size numeric,
    included_quantity numeric DEFAULT 0 NOT NULL,
    minimum_amount numeric,
    CONSTRAINT price_amount_where_needed CHECK (((amount IS NOT NULL) = (pricing_mode = ANY (ARRAY['per_unit'::text, 'flat'::text, 'package'::text, 'percentage'::text])))),
    CONSTRAINT price_mode_known CHECK ((pricing_mode = ANY (ARRAY['per_unit'::text, 'flat'::text, 'volume'::text, 'tiered'::text, 'package'::text, 'stairstep'::text, 'percentage'::text, 'custom'::text]))),
    CONSTRAINT price_package_size_where_needed CHECK (((package_size IS NOT NULL) = (pricing_mode = 'package'::text))),
    CONSTRAINT price_places CHECK (((COALESCE(scale(amount), 0) <= 12) AND (COALESCE(scale(package_size), 0) <= 12) AND (scale(included_quantity) <= 12) AND (COALESCE(scale(minimum_amount), 0) <= 12))),
    CONSTRAINT price_quantities_sound CHECK (((package_size > (0)::numeric) AND (included_quantity >= (0)::numeric) AND (minimum_amount >= (0)::numeric))),
    CONSTRAINT price_tiers_sound CHECK (((tiers IS NULL) OR price_tiers_sound(tiers, pricing_mode))),
    CONSTRAINT price_tiers_where_needed CHECK (((tiers IS NOT NULL) = (pricing_mode = ANY (ARRAY['volume'::text, 'tiered'::text, 'stairstep'::text])))),
    CONSTRAINT price_within CHECK (((abs(amount) <= '1000000000000000'::numeric) AND (package_size <= '1000000000000000'::numeric) AND (included_quantity <= '1000000000000000'::numeric) AND (minimum_amount <= '1000000000000000'::numeric)))
);

COMMENT ON TABLE price IS 'A published price of a plan from a day on; a period is priced by the version of its first day (RULES 5).';

COMMENT ON COLUMN price.amount IS 'Major units of the plan''s currency, up to 12 places; per cent for pricing_mode percentage.';

COMMENT ON COLUMN price.tiers IS '[{"max_qty":50,"unit_cost":100,"flat_cost":0}, …]; the last tier has no max_qty. Tier k covers (max of k-1, max of k].';

CREATE TABLE seller (
    seller_id bigint NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    country text NOT NULL,
    currency character(3) NOT NULL,
    time_zone text NOT NULL,
    address jsonb DEFAULT '{}'::jsonb NOT NULL,
    tax_id text,
    tax_registrations text[] DEFAULT '{}'::text[] NOT NULL,
    unchecked_tax_ids text DEFAULT 'charge'::text NOT NULL,
    email text,
    number_format text DEFAULT 'INV-{seq:06}'::text NOT NULL,
    credit_note_format text DEFAULT 'CN-{seq:06}'::text NOT NULL,
    fiscal_year_start text DEFAULT '01-01'::text NOT NULL,
    rounding_mode text DEFAULT 'half_up'::text NOT NULL,
    tax_rounding text DEFAULT 'group'::text NOT NULL,
    cash_increment_minor bigint,
    cash_methods text[] DEFAULT '{other}'::text[] NOT NULL,
    zero_invoices text DEFAULT 'issue'::text NOT NULL,
    tax_point text DEFAULT 'invoice_date'::text NOT NULL,
    credit_lines text DEFAULT 'net'::text NOT NULL,
    revenue_recognition text DEFAULT 'period'::text NOT NULL,
    send_invoices text DEFAULT 'never'::text NOT NULL,
    closed_through date,
    recognised_through date,
    party_version integer DEFAULT 1 NOT NULL,
    CONSTRAINT seller_cash_increment_positive CHECK ((cash_increment_minor > 0)),
    CONSTRAINT seller_cash_methods_known CHECK ((cash_methods <@ ARRAY['card'::text, 'bank_account'::text, 'other'::text])),
    CONSTRAINT seller_credit_lines_known CHECK ((credit_lines = ANY (ARRAY['net'::text, 'separate'::text]))),
    CONSTRAINT seller_currency_lower CHECK (((currency)::text = lower((currency)::text))),
    CONSTRAINT seller_fiscal_year_start_form CHECK ((fiscal_year_start ~ '^(0[1-9]|1[0-2])-([0-2][0-9]|3[01])$'::text)),
    CONSTRAINT seller_revenue_recognition_known CHECK ((revenue_recognition = ANY (ARRAY['period'::text, 'invoice'::text]))),
    CONSTRAINT seller_rounding_mode_known CHECK ((rounding_mode = ANY (ARRAY['half_up'::text, 'half_even'::text, 'up'::text, 'down'::text]))),
    CONSTRAINT seller_send_invoices_known CHECK ((send_invoices = ANY (ARRAY['never'::text, 'on_post'::text]))),
    CONSTRAINT seller_tax_point_known CHECK ((tax_point = ANY (ARRAY['period_end'::text, 'invoice_date'::text, 'period_start'::text]))),
    CONSTRAINT seller_tax_rounding_known CHECK ((tax_rounding = ANY (ARRAY['group'::text, 'line'::text]))),
    CONSTRAINT seller_unchecked_tax_ids_known CHECK ((unchecked_tax_ids = ANY (ARRAY['charge'::text, 'hold'::text]))),
    CONSTRAINT seller_zero_invoices_known CHECK ((zero_invoices = ANY (ARRAY['issue'::text, 'suppress'::text])))
);

COMMENT ON TABLE seller IS 'A legal entity that issues invoices: its currency, zone, numbering and rounding policy.';

COMMENT ON COLUMN seller.code IS 'The id by which import files and people name the seller.';

COMMENT ON COLUMN seller.time_zone IS 'IANA name; turns a moment into the seller''s day.';

COMMENT ON COLUMN seller.tax_registrations IS 'Further countries in which it is registered for tax: no reverse charge there (RULES 1.8).';

COMMENT ON COLUMN seller.unchecked_tax_ids IS 'What happens to a business of another member state whose tax id nobody has checked.';

COMMENT ON COLUMN seller.number_format IS '{seq:06}, {year}, {month} and {seller} are filled in; all but seq make the series (RULES 2).';

COMMENT ON COLUMN seller.fiscal_year_start IS 'MM-DD; {year} is the year in which the fiscal year of the invoice date began.';

COMMENT ON COLUMN seller.cash_increment_minor IS 'Cash rounding step in minor units, null for none (RULES 1.10).';

COMMENT ON COLUMN seller.cash_methods IS 'The ways of payment that are rounded so: card or bank_account for invoices that are charged to one, other for all else.';

COMMENT ON COLUMN seller.tax_point IS 'Which day decides the tax rate of a line (RULES 1.5).';

COMMENT ON COLUMN seller.revenue_recognition IS 'period: what is billed ahead is deferred and recognised by day; invoice: it is revenue at once. Stays from the first entry of the journal on.';

COMMENT ON COLUMN seller.send_invoices IS 'on_post puts an email into the outbox for what is posted; who is on AutoPay gets a receipt instead, when the charge is approved.';

COMMENT ON COLUMN seller.closed_through IS 'No document, settlement or journal row is dated on or before this day (RULES 0.11).';

COMMENT ON COLUMN seller.recognised_through IS 'Deferred revenue is recognised up to and including this day; never moves back (RULES 7).';

COMMENT ON COLUMN seller.party_version IS 'Counts changes of name, address, tax id and email; documents carry the version they were issued with.';

CREATE VIEW deferred_line AS
 SELECT l.invoice_id,
    l.line_no,
    i.seller_id,
    i.currency,
    p.plan_id,
    l.item_id,
        CASE i.kind
            WHEN 'invoice'::text THEN l.net_minor
            ELSE (- l.net_minor)
        END AS net_minor,
    l.period_start,
    l.period_end,
        CASE l.kind
            WHEN 'credit'::text THEN l.period_start
            ELSE i.invoice_date
        END AS counts_from,
    s.rounding_mode,
    s.recognised_through
   FROM (((invoice_line l
     JOIN invoice i ON ((i.invoice_id = l.invoice_id)))
     JOIN seller s ON ((s.seller_id = i.seller_id)))
     LEFT JOIN price p ON ((p.price_id = l.price_id)))
  WHERE ((l.period_end > i.invoice_date) AND (i.state = ANY (ARRAY['open'::text, 'reversed'::text, 'written_off'::text])) AND (s.revenue_recognition = 'period'::text));

COMMENT ON VIEW deferred_line IS 'Posted lines whose period ends after the invoice date: what 2300 holds (RULES 7).';

COMMENT ON COLUMN deferred_line.net_minor IS 'Below zero where the line gives back.';

COMMENT ON COLUMN deferred_line.counts_from IS 'The first day by which some of it can be recognised: the invoice date, but the first day that a credit line gives back, since those of the billed line may be recognised already.';

CREATE TABLE dismissed_charge (
    gateway text NOT NULL,
    idempotency_key text NOT NULL,
    reference text NOT NULL,
    currency character(3) NOT NULL,
    amount_minor bigint NOT NULL,
    reason text NOT NULL,
    dismissed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

COMMENT ON TABLE dismissed_charge IS 'Charges of a gateway that the books cannot take in, and that a person has dealt with otherwise.';

CREATE TABLE payment_return (
    payment_return_id bigint NOT NULL,
    payment_id bigint NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    amount_minor bigint NOT NULL,
    fee_minor bigint DEFAULT 0 NOT NULL,
    opened_on date NOT NULL,
    ended_on date,
    reason text,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT payment_return_amounts CHECK (((amount_minor > 0) AND (fee_minor >= 0))),
    CONSTRAINT payment_return_ended CHECK (((state = 'disputed'::text) = (ended_on IS NULL))),
    CONSTRAINT payment_return_kind_known CHECK ((kind = ANY (ARRAY['bank'::text, 'dispute'::text]))),
    CONSTRAINT payment_return_only_disputes_open CHECK (((kind = 'dispute'::text) OR (state = 'returned'::text))),
    CONSTRAINT payment_return_state_known CHECK ((state = ANY (ARRAY['disputed'::text, 'won'::text, 'returned'::text])))
);

COMMENT ON TABLE payment_return IS 'Money that a bank or a cardholder wants back (disputed), kept after all (won), or has taken back (returned: a bank return, or a dispute that was lost).';

COMMENT ON COLUMN payment_return.fee_minor IS 'What the bank asks for it, in minor units.';

CREATE TABLE settlement (
    settlement_id bigint NOT NULL,
    invoice_id bigint NOT NULL,
    kind text NOT NULL,
    amount_minor bigint NOT NULL,
    effective_on date NOT NULL,
    credit_id bigint,
    payment_id bigint,
    credit_note_id bigint,
    reverses bigint,
    certificate text,
    is_recovery boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT settlement_certified CHECK (((kind = 'withholding'::text) = (certificate IS NOT NULL))),
    CONSTRAINT settlement_kind_known CHECK ((kind = ANY (ARRAY['payment'::text, 'credit'::text, 'credit_note'::text, 'write_off'::text, 'early_discount'::text, 'withholding'::text, 'rounding'::text]))),
    CONSTRAINT settlement_recovers_by_payment CHECK (((kind = 'payment'::text) OR (NOT is_recovery))),
    CONSTRAINT settlement_sign CHECK (
CASE
    WHEN (reverses IS NULL) THEN ((amount_minor > 0) OR (kind = 'rounding'::text))
    ELSE (amount_minor <> 0)
END)
);

COMMENT ON TABLE settlement IS 'The only thing that changes a balance; append only, taken back by a row that reverses it (RULES 0.12).';

COMMENT ON COLUMN settlement.payment_id IS 'The payment that it is a part of, or that an early discount, a small difference or a withholding came with.';

COMMENT ON COLUMN settlement.credit_note_id IS 'The credit note with which what was granted for a payment goes back, or of which it came back (RULES 1.13).';

COMMENT ON COLUMN settlement.certificate IS 'Of tax that the payer withheld (RULES 1.13).';

COMMENT ON COLUMN settlement.is_recovery IS 'The payment came after the write-off, of which as much was reversed with it: it has no part in the receivable (RULES 3).';

CREATE VIEW disputed_invoice AS
 SELECT t.invoice_id
   FROM (payment_return r
     JOIN settlement t ON (((t.payment_id = r.payment_id) AND (t.kind = 'payment'::text))))
  WHERE ((r.state = 'disputed'::text) AND (t.reverses IS NULL) AND (NOT (EXISTS ( SELECT
           FROM settlement b
          WHERE (b.reverses = t.settlement_id)))))
UNION ALL
 SELECT t.invoice_id
   FROM ((payment_return r
     JOIN credit c ON ((c.payment_id = r.payment_id)))
     JOIN settlement t ON (((t.credit_id = c.credit_id) AND (t.kind = 'credit'::text))))
  WHERE ((r.state = 'disputed'::text) AND (t.reverses IS NULL) AND (NOT (EXISTS ( SELECT
           FROM settlement b
          WHERE (b.reverses = t.settlement_id)))));

COMMENT ON VIEW disputed_invoice IS 'Invoices that a payment settles, or a part of them, which is disputed now: nobody charges or chases them, and no late fee is taken (RULES 3). Can have one twice.';

CREATE TABLE event (
    event_id bigint NOT NULL,
    occurred_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    actor text DEFAULT SESSION_USER NOT NULL,
    kind text NOT NULL,
    subject_kind text NOT NULL,
    subject_id bigint NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL
);

COMMENT ON TABLE event IS 'Who did what, append only; a bulk run writes one a batch.';

COMMENT ON COLUMN event.actor IS 'The database login, with the OS user in detail; never free text.';

COMMENT ON COLUMN event.xact IS 'The transaction that wrote it: what is told goes by it.';

ALTER TABLE event ALTER COLUMN event_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME event_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE file (
    file_id bigint NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    sha256 bytea NOT NULL,
    content bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT file_hash_whole CHECK ((length(sha256) = 32)),
    CONSTRAINT file_name_not_empty CHECK ((name <> ''::text))
);

COMMENT ON TABLE file IS 'A file that can be attached to documents; its content never changes.';

ALTER TABLE file ALTER COLUMN file_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME file_file_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE gate_finding (
    run_id bigint NOT NULL,
    finding_no integer NOT NULL,
    code text NOT NULL,
    customer_id bigint,
    message text NOT NULL,
    released_at timestamp with time zone,
    released_by text,
    CONSTRAINT gate_finding_released_whole CHECK (((released_at IS NULL) = (released_by IS NULL)))
);

COMMENT ON TABLE gate_finding IS 'What is strange about a run''s drafts: while it is not released, those of the payer stay drafts, or all of them where it is about the whole run.';

COMMENT ON COLUMN gate_finding.customer_id IS 'The payer; null: it is about the whole run.';

COMMENT ON COLUMN gate_finding.message IS 'What was found, and the limit, in words.';

CREATE TABLE gateway_account (
    gateway text NOT NULL,
    account text NOT NULL,
    place text NOT NULL,
    compared_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE gateway_account IS 'For which account, and from which place, these books have charged: where that differs they are a copy, and charge nobody before they were compared (RULES 0.6).';

COMMENT ON COLUMN gateway_account.place IS 'The cluster, its timeline, the database and the table of the books: a copy has another one.';

CREATE TABLE gateway_doubt (
    gateway text NOT NULL,
    reason text NOT NULL,
    noted_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

COMMENT ON TABLE gateway_doubt IS 'Why nobody is charged, until a comparison finds no charge at the gateway that the books do not know (RULES 0.6).';

CREATE TABLE hold (
    hold_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    placed_by text NOT NULL,
    code text NOT NULL,
    message text NOT NULL,
    first_run_id bigint,
    last_run_id bigint,
    first_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    tries integer DEFAULT 1 NOT NULL,
    released_at timestamp with time zone,
    released_by text,
    CONSTRAINT hold_placed_by_known CHECK ((placed_by = ANY (ARRAY['run'::text, 'operator'::text]))),
    CONSTRAINT hold_released_whole CHECK (((released_at IS NULL) = (released_by IS NULL)))
);

COMMENT ON TABLE hold IS 'Why a payer is not billed, since when, and how often that was tried. A run''s hold ends by itself when the payer can be billed.';

ALTER TABLE hold ALTER COLUMN hold_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME hold_hold_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE holiday (
    country text NOT NULL,
    date date NOT NULL
);

COMMENT ON TABLE holiday IS 'Days that are no business days in a country.';

CREATE TABLE invoice_discount (
    invoice_id bigint NOT NULL,
    discount_no smallint NOT NULL,
    line_no integer,
    coupon_id bigint,
    credit_id bigint,
    amount_minor bigint NOT NULL,
    share_lines integer[],
    share_minor bigint[],
    counts_cycle boolean DEFAULT false NOT NULL,
    CONSTRAINT invoice_discount_shared_or_of_line CHECK ((((line_no IS NULL) = (share_lines IS NOT NULL)) AND ((share_lines IS NULL) = (share_minor IS NULL)) AND (cardinality(share_lines) = cardinality(share_minor))))
);

COMMENT ON TABLE invoice_discount IS 'On one line, or on the invoice where line_no is null.';

COMMENT ON COLUMN invoice_discount.credit_id IS 'The goodwill that it uses, else null.';

COMMENT ON COLUMN invoice_discount.amount_minor IS 'Below zero on a credit note, where it lessens what the customer gets back.';

COMMENT ON COLUMN invoice_discount.share_lines IS 'The lines that an invoice discount is spread over (RULES 1.1, 1.6), with share_minor in step.';

COMMENT ON COLUMN invoice_discount.counts_cycle IS 'It was one of the coupon''s cycles, which is given back when its period is (RULES 5).';

ALTER TABLE invoice ALTER COLUMN invoice_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME invoice_invoice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE invoice_number (
    number_series_id bigint NOT NULL,
    seq bigint NOT NULL,
    seller_id bigint NOT NULL,
    invoice_id bigint NOT NULL,
    number text NOT NULL COLLATE pg_catalog."C"
);

COMMENT ON TABLE invoice_number IS 'The numbers given: narrow and written last, so that lanes hardly wait for each other (docs/decisions/0004-numbers.md).';

CREATE TABLE item (
    item_id bigint NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    currency character(3) NOT NULL,
    type text DEFAULT 'product'::text NOT NULL,
    description text,
    taxable boolean DEFAULT true NOT NULL,
    discountable boolean DEFAULT true NOT NULL,
    taxes text[] DEFAULT '{}'::text[] NOT NULL,
    tax_category text
);

COMMENT ON TABLE item IS 'A catalog item: something that is sold once.';

CREATE TABLE plan (
    plan_id bigint NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    currency character(3) NOT NULL,
    "interval" text NOT NULL,
    interval_count integer DEFAULT 1 NOT NULL,
    quantity_type text DEFAULT 'constant'::text NOT NULL,
    aggregation text DEFAULT 'sum'::text NOT NULL,
    item_id bigint,
    taxable boolean DEFAULT true NOT NULL,
    discountable boolean DEFAULT true NOT NULL,
    tax_category text,
    CONSTRAINT plan_aggregation_known CHECK ((aggregation = ANY (ARRAY['sum'::text, 'max'::text, 'last'::text, 'unique'::text]))),
    CONSTRAINT plan_interval_count_range CHECK (((interval_count >= 1) AND (interval_count <= 1000))),
    CONSTRAINT plan_interval_known CHECK (("interval" = ANY (ARRAY['day'::text, 'week'::text, 'month'::text, 'year'::text]))),
    CONSTRAINT plan_quantity_type_known CHECK ((quantity_type = ANY (ARRAY['constant'::text, 'usage'::text])))
);

COMMENT ON TABLE plan IS 'What recurs: its interval and how its quantity is found. Its price stands in price.';

CREATE VIEW invoice_lines AS
 SELECT l.invoice_id AS invoice,
    l.line_no AS line,
    n.number,
    i.customer_id AS customer,
    l.kind,
    l.subscription_id AS subscription,
    p.code AS plan,
    t.code AS catalog_item,
    COALESCE(l.name, p.name, t.name) AS name,
    l.description,
    l.quantity,
    l.unit_cost,
    i.currency,
    ((l.amount_minor)::numeric * u.minor_unit) AS amount,
    ((l.discount_minor)::numeric * u.minor_unit) AS line_discount,
    ((l.invoice_discount_minor)::numeric * u.minor_unit) AS invoice_discount,
    ((l.net_minor)::numeric * u.minor_unit) AS net,
    l.period_start,
    l.period_end,
    l.tax_date
   FROM ((((((invoice_line l
     JOIN invoice i ON ((i.invoice_id = l.invoice_id)))
     JOIN currency u ON ((u.code = i.currency)))
     LEFT JOIN invoice_number n ON ((n.invoice_id = l.invoice_id)))
     LEFT JOIN price r ON ((r.price_id = l.price_id)))
     LEFT JOIN plan p ON ((p.plan_id = r.plan_id)))
     LEFT JOIN item t ON ((t.item_id = l.item_id)));

COMMENT ON VIEW invoice_lines IS 'The lines of all documents in major units. Stable: columns are only added.';

COMMENT ON COLUMN invoice_lines.net IS 'After discounts and without inclusive taxes: the tax base.';

COMMENT ON COLUMN invoice_lines.period_end IS 'Exclusive.';

CREATE TABLE invoice_request (
    invoice_id bigint NOT NULL,
    seller_id bigint NOT NULL,
    number text COLLATE pg_catalog."C",
    request jsonb NOT NULL
);

COMMENT ON TABLE invoice_request IS 'What a document was made from that no run made: the object as it came, with what was inherited then. A changed draft is priced again from it.';

COMMENT ON COLUMN invoice_request.number IS 'The number that it gets when it is posted, null for the next of its series (RULES 2).';

CREATE TABLE invoice_tax (
    invoice_id bigint NOT NULL,
    tax_no smallint NOT NULL,
    tax_rate_version_id bigint,
    category character(2) NOT NULL,
    percent numeric,
    inclusive boolean DEFAULT false NOT NULL,
    base_minor bigint NOT NULL,
    amount_minor bigint NOT NULL,
    reason text,
    CONSTRAINT invoice_tax_category_known CHECK ((category = ANY (ARRAY['S'::bpchar, 'Z'::bpchar, 'E'::bpchar, 'AE'::bpchar, 'K'::bpchar, 'G'::bpchar, 'O'::bpchar])))
);

COMMENT ON TABLE invoice_tax IS 'One tax group of a document: a rate, the base it was taken of, the tax rounded once (RULES 1.3).';

COMMENT ON COLUMN invoice_tax.percent IS 'Null for a fixed amount.';

COMMENT ON COLUMN invoice_tax.reason IS 'Why there is no tax (exempt, reverse charge); null for S and Z.';

CREATE TABLE payment_attempt (
    payment_attempt_id bigint NOT NULL,
    invoice_id bigint,
    try integer NOT NULL,
    state text NOT NULL,
    automatic boolean DEFAULT true NOT NULL,
    run_id bigint,
    gateway text NOT NULL,
    payment_source_id bigint NOT NULL,
    idempotency_key text NOT NULL,
    currency character(3) NOT NULL,
    amount_minor bigint NOT NULL,
    as_of date NOT NULL,
    request jsonb NOT NULL,
    gateway_ref text,
    decline_code text,
    decline_class text,
    reason text,
    intended_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    settled_on date,
    settled_at timestamp with time zone,
    returned_at timestamp with time zone,
    adopted_at timestamp with time zone,
    CONSTRAINT payment_attempt_amount_positive CHECK ((amount_minor > 0)),
    CONSTRAINT payment_attempt_class_where_declined CHECK (((state = 'declined'::text) = (decline_class IS NOT NULL))),
    CONSTRAINT payment_attempt_of_invoice CHECK (((invoice_id IS NOT NULL) OR (adopted_at IS NOT NULL))),
    CONSTRAINT payment_attempt_state_known CHECK ((state = ANY (ARRAY['intended'::text, 'approved'::text, 'declined'::text, 'pending'::text, 'unknown'::text, 'returned'::text])))
);

COMMENT ON TABLE payment_attempt IS 'A charge at a gateway: the intent is committed before the first byte goes out, the outcome after (RULES 0.5, 0.6). One live attempt an invoice.';

COMMENT ON COLUMN payment_attempt.invoice_id IS 'Null for one that was taken in and is of no invoice of these books.';

COMMENT ON COLUMN payment_attempt.automatic IS 'Made by the schedule, not by a person.';

COMMENT ON COLUMN payment_attempt.as_of IS 'The day for which it was made.';

COMMENT ON COLUMN payment_attempt.request IS 'What is sent, frozen: asked again, it is the same to the byte. A token, never a card number.';

COMMENT ON COLUMN payment_attempt.reason IS 'What is known of the outcome, for people.';

COMMENT ON COLUMN payment_attempt.settled_on IS 'The as-of day on which its outcome was known: the next attempt is counted from it.';

COMMENT ON COLUMN payment_attempt.adopted_at IS 'When it was taken in: a gateway had charged it, and the books knew nothing of it.';

CREATE VIEW invoices AS
 SELECT i.invoice_id AS id,
    n.number,
    i.kind,
    s.code AS seller,
    i.customer_id AS customer,
    c.name AS customer_name,
    i.subscription_id AS subscription,
    i.run_id AS run,
    i.state,
    invoice_status(i.*, ((now() AT TIME ZONE s.time_zone))::date, (EXISTS ( SELECT
           FROM payment_attempt a
          WHERE ((a.invoice_id = i.invoice_id) AND (a.state = ANY (ARRAY['intended'::text, 'pending'::text, 'unknown'::text])))))) AS status,
    i.invoice_date AS date,
    COALESCE(i.amended_due_date, i.due_date) AS due_date,
    COALESCE(i.amended_payment_terms, i.payment_terms) AS payment_terms,
    i.autopay,
    i.currency,
    ((i.subtotal_minor)::numeric * u.minor_unit) AS subtotal,
    ((i.discount_minor)::numeric * u.minor_unit) AS discounts,
    ((i.tax_minor)::numeric * u.minor_unit) AS taxes,
    ((i.total_minor)::numeric * u.minor_unit) AS total,
    ((i.credits_applied_minor)::numeric * u.minor_unit) AS credits_applied,
    (
        CASE
            WHEN (i.state = ANY (ARRAY['voided'::text, 'canceled'::text])) THEN (0)::numeric
            WHEN ((i.kind = 'credit_note'::text) AND (i.state <> 'draft'::text)) THEN ( SELECT COALESCE(sum((o.amount_minor - o.used_minor)), (0)::numeric) AS "coalesce"
               FROM credit o
              WHERE (o.credit_note_id = i.invoice_id))
            ELSE (((i.total_minor + i.rounding_minor) - i.settled_minor))::numeric
        END * u.minor_unit) AS balance,
    i.created_at
   FROM ((((invoice i
     JOIN seller s ON ((s.seller_id = i.seller_id)))
     JOIN customer c ON ((c.customer_id = i.customer_id)))
     JOIN currency u ON ((u.code = i.currency)))
     LEFT JOIN invoice_number n ON ((n.invoice_id = i.invoice_id)));

COMMENT ON VIEW invoices IS 'Invoices and credit notes in major units, with status as of now in the seller''s zone. Stable: columns are only added.';

COMMENT ON COLUMN invoices.balance IS 'What is still owed, of a draft what would be; of a credit note what is left of it as credit; 0 for what was voided or canceled.';

ALTER TABLE item ALTER COLUMN item_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME item_item_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE item_price (
    item_price_id bigint NOT NULL,
    item_id bigint NOT NULL,
    unit_cost numeric NOT NULL,
    valid_from date DEFAULT '-infinity'::date NOT NULL,
    CONSTRAINT item_price_unit_cost_places CHECK (((scale(unit_cost) <= 12) AND (abs(unit_cost) <= '1000000000000000'::numeric)))
);

COMMENT ON TABLE item_price IS 'The unit cost of an item from a day on.';

COMMENT ON COLUMN item_price.unit_cost IS 'Major units of the item''s currency, up to 12 places.';

ALTER TABLE item_price ALTER COLUMN item_price_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME item_price_item_price_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE journal (
    journal_id bigint NOT NULL,
    seller_id bigint NOT NULL,
    event text NOT NULL,
    entry_date date NOT NULL,
    currency character(3) NOT NULL,
    run_id bigint,
    batch_no integer,
    invoice_id bigint,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE journal IS 'One entry per event and currency; a bulk run writes one a batch. Its lines balance to zero.';

ALTER TABLE journal ALTER COLUMN journal_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME journal_journal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE journal_line (
    journal_id bigint NOT NULL,
    line_no smallint NOT NULL,
    account_code text NOT NULL,
    amount_minor bigint NOT NULL,
    plan_id bigint,
    item_id bigint,
    tax_rate_version_id bigint,
    CONSTRAINT journal_line_not_zero CHECK ((amount_minor <> 0))
);

COMMENT ON TABLE journal_line IS 'One side of an entry.';

COMMENT ON COLUMN journal_line.amount_minor IS 'Positive is debit, negative is credit, in minor units of the entry''s currency.';

CREATE TABLE late_fee (
    invoice_id bigint NOT NULL,
    step integer NOT NULL,
    chasing_cadence_id bigint,
    fee_invoice_id bigint NOT NULL,
    CONSTRAINT late_fee_of_another CHECK ((fee_invoice_id <> invoice_id)),
    CONSTRAINT late_fee_step_positive CHECK ((step > 0))
);

COMMENT ON TABLE late_fee IS 'Fees for paying late: documents of their own, one a step of the invoice that is overdue (RULES 3).';

COMMENT ON COLUMN late_fee.chasing_cadence_id IS 'The version of the cadence whose step it is, so that another''s steps count anew; null: by hand.';

CREATE TABLE late_usage (
    subscription_id bigint NOT NULL,
    slot smallint NOT NULL,
    day_from date NOT NULL,
    invoice_id bigint NOT NULL,
    line_no integer NOT NULL
);

COMMENT ON TABLE late_usage IS 'Lines that bill usage of a period that was billed before: what its usage comes to now less what was billed for it (RULES 5, late usage).';

COMMENT ON COLUMN late_usage.day_from IS 'The first day of the period.';

CREATE TABLE ledger_account (
    code text NOT NULL,
    name text NOT NULL
);

COMMENT ON TABLE ledger_account IS 'The accounts the journal books to; an accountant may rename them.';

CREATE TABLE line_credit (
    invoice_id bigint NOT NULL,
    line_no integer NOT NULL,
    of_invoice_id bigint NOT NULL,
    of_line_no integer NOT NULL,
    amount_minor bigint NOT NULL,
    undone_at timestamp with time zone,
    CONSTRAINT line_credit_of_another CHECK ((of_invoice_id <> invoice_id))
);

COMMENT ON TABLE line_credit IS 'The billed line that a credit line takes days of back.';

COMMENT ON COLUMN line_credit.amount_minor IS 'What is taken back before exclusive taxes: above zero where the line was, whatever kind of document credits it.';

COMMENT ON COLUMN line_credit.undone_at IS 'When the document that credits was voided, canceled or reversed: nothing is taken back since.';

CREATE TABLE line_credit_tax (
    invoice_id bigint NOT NULL,
    line_no integer NOT NULL,
    of_tax_no smallint NOT NULL,
    tax_no smallint NOT NULL,
    amount_minor bigint NOT NULL
);

COMMENT ON TABLE line_credit_tax IS 'What a credit line takes back of a tax group of the billed document (of_tax_no), in which group of its own (tax_no).';

CREATE TABLE link_secret (
    is_only boolean DEFAULT true NOT NULL,
    secret bytea NOT NULL,
    CONSTRAINT link_secret_is_one CHECK (is_only),
    CONSTRAINT link_secret_length CHECK ((length(secret) = 32))
);

COMMENT ON TABLE link_secret IS 'What the tokens of links are made with; who only reads reports may not see it.';

CREATE TABLE manifest_account (
    run_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    inputs bytea NOT NULL,
    outputs bytea NOT NULL
);

COMMENT ON TABLE manifest_account IS 'Whom a run that commits a manifest looks at, and the digests that the manifest has of the payer: where the run comes to others, it holds the payer.';

CREATE TABLE message (
    message_id bigint NOT NULL,
    customer_id bigint,
    invoice_id bigint,
    channel text NOT NULL,
    template text NOT NULL,
    recipients jsonb DEFAULT '[]'::jsonb NOT NULL,
    content jsonb DEFAULT '{}'::jsonb NOT NULL,
    subject text,
    text_body text,
    html_body text,
    mail_id text,
    mail_references text[] DEFAULT '{}'::text[] NOT NULL,
    composed_at timestamp with time zone,
    state text DEFAULT 'queued'::text NOT NULL,
    reject_code text,
    reject_reason text,
    server_answer text,
    accepted text[] DEFAULT '{}'::text[] NOT NULL,
    refused text[] DEFAULT '{}'::text[] NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    claim uuid,
    not_before timestamp with time zone DEFAULT now() NOT NULL,
    queued_at timestamp with time zone DEFAULT now() NOT NULL,
    tried_at timestamp with time zone,
    sent_at timestamp with time zone,
    webhook_endpoint_id bigint,
    event_id bigint,
    CONSTRAINT message_about_somebody CHECK (((customer_id IS NULL) = (webhook_endpoint_id IS NOT NULL))),
    CONSTRAINT message_channel_known CHECK ((channel = ANY (ARRAY['email'::text, 'letter'::text, 'sms'::text, 'webhook'::text]))),
    CONSTRAINT message_claimed_is_queued CHECK (((claim IS NULL) OR (state = 'queued'::text))),
    CONSTRAINT message_event_whole CHECK (((event_id IS NULL) = (webhook_endpoint_id IS NULL))),
    CONSTRAINT message_sent_has_moment CHECK (((state = 'sent'::text) = (sent_at IS NOT NULL))),
    CONSTRAINT message_state_known CHECK ((state = ANY (ARRAY['queued'::text, 'sent'::text, 'bounced'::text, 'failed'::text, 'held'::text, 'canceled'::text])))
);

COMMENT ON TABLE message IS 'The outbox: written with what it tells of, delivered by a step of its own.';

COMMENT ON COLUMN message.recipients IS '[{"name", "email"}], those that everybody sees.';

COMMENT ON COLUMN message.content IS 'What whoever queued it wants: subject, message, bcc, reminder, url, payment; the rest is made when it is composed.';

COMMENT ON COLUMN message.mail_id IS 'The Message-ID without its brackets: the same for ever, so that a receiver can tell a message that comes twice.';

COMMENT ON COLUMN message.mail_references IS 'The Message-IDs of earlier messages about the invoice to the same address.';

COMMENT ON COLUMN message.reject_code IS 'Why it is held, bounced or failed, or waits, as a code.';

COMMENT ON COLUMN message.accepted IS 'Addresses that a server has taken it for already.';

COMMENT ON COLUMN message.refused IS 'Addresses that a server has refused for good.';

COMMENT ON COLUMN message.claim IS 'Who is at it; only that process writes what became of it. Null: nobody.';

COMMENT ON COLUMN message.not_before IS 'When it is tried next; of one that is claimed, when the claim lapses.';

COMMENT ON COLUMN message.tried_at IS 'When it was claimed to be sent for the first time.';

COMMENT ON COLUMN message.event_id IS 'What an endpoint is told of; null for all else.';

CREATE TABLE message_file (
    message_id bigint NOT NULL,
    place smallint NOT NULL,
    file_id bigint NOT NULL
);

COMMENT ON TABLE message_file IS 'Which files go with a message, in order.';

ALTER TABLE message ALTER COLUMN message_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME message_message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE migration (
    number integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE migration IS 'The steps of the schema that were applied, in order.';

COMMENT ON COLUMN migration.checksum IS 'SHA-256 of the step''s text, in hexadecimal.';

CREATE TABLE number_series (
    number_series_id bigint NOT NULL,
    seller_id bigint NOT NULL,
    kind text NOT NULL,
    format text NOT NULL,
    first_seq bigint DEFAULT 1 NOT NULL,
    next_seq bigint DEFAULT 1 NOT NULL,
    last_date date,
    CONSTRAINT number_series_kind_known CHECK ((kind = ANY (ARRAY['invoice'::text, 'credit_note'::text, 'legacy'::text, 'manual'::text]))),
    CONSTRAINT number_series_seq_order CHECK (((first_seq > 0) AND (next_seq >= first_seq)))
);

COMMENT ON TABLE number_series IS 'A series reads first_seq … next_seq - 1 without a gap: its row is locked last in each transaction that draws from it (RULES 2).';

COMMENT ON COLUMN number_series.format IS 'The number format with all but {seq} filled in.';

COMMENT ON COLUMN number_series.last_date IS 'Invoice date of the newest number: an older one is refused.';

ALTER TABLE number_series ALTER COLUMN number_series_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME number_series_number_series_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW open_credits AS
 SELECT d.credit_id AS credit,
    s.code AS seller,
    d.customer_id AS customer,
    c.name AS customer_name,
    d.kind,
    d.currency,
    ((d.amount_minor)::numeric * u.minor_unit) AS amount,
    (((d.amount_minor - d.used_minor))::numeric * u.minor_unit) AS remaining,
    d.granted_on,
    d.expires_on
   FROM (((credit d
     JOIN customer c ON ((c.customer_id = d.customer_id)))
     JOIN seller s ON ((s.seller_id = c.seller_id)))
     JOIN currency u ON ((u.code = d.currency)))
  WHERE (d.used_minor < d.amount_minor);

COMMENT ON VIEW open_credits IS 'What customers have open with us in major units: money, credit notes, goodwill. Stable: columns are only added.';

CREATE TABLE party_version (
    party_kind text NOT NULL,
    party_id bigint NOT NULL,
    version integer NOT NULL,
    party jsonb NOT NULL,
    replaced_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT party_version_kind_known CHECK ((party_kind = ANY (ARRAY['seller'::text, 'customer'::text])))
);

COMMENT ON TABLE party_version IS 'What a seller or customer looked like before a change: name, addresses, tax ids, language. The newest version is the row itself; a document reads the version it carries (RULES 0.10).';

CREATE TABLE payment (
    payment_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    currency character(3) NOT NULL,
    amount_minor bigint NOT NULL,
    received_on date NOT NULL,
    method text DEFAULT 'other'::text NOT NULL,
    reference text,
    payment_source_id bigint,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    payment_attempt_id bigint,
    CONSTRAINT payment_amount_positive CHECK ((amount_minor > 0))
);

COMMENT ON TABLE payment IS 'Money that came in: settlements of kind payment have a part of it, credits the rest.';

COMMENT ON COLUMN payment.payment_source_id IS 'What a gateway charged; null for money that came without one.';

COMMENT ON COLUMN payment.payment_attempt_id IS 'The charge that brought it, null for none.';

ALTER TABLE payment_attempt ALTER COLUMN payment_attempt_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME payment_attempt_payment_attempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE payment_list (
    fingerprint bytea NOT NULL,
    name text NOT NULL,
    imported_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT payment_list_fingerprint_whole CHECK ((length(fingerprint) = 32))
);

COMMENT ON TABLE payment_list IS 'A file of payments that was imported, by a hash of its lines: it is taken once.';

ALTER TABLE payment ALTER COLUMN payment_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME payment_payment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE payment_return ALTER COLUMN payment_return_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME payment_return_payment_return_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE payment_source (
    payment_source_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    object text NOT NULL,
    gateway text NOT NULL,
    token text NOT NULL,
    brand text,
    last4 text,
    exp_month integer,
    exp_year integer,
    mandate jsonb,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    removed_at timestamp with time zone,
    CONSTRAINT payment_source_last4_form CHECK ((last4 ~ '^[0-9]{4}$'::text)),
    CONSTRAINT payment_source_month_range CHECK (((exp_month >= 1) AND (exp_month <= 12))),
    CONSTRAINT payment_source_object_known CHECK ((object = ANY (ARRAY['card'::text, 'bank_account'::text]))),
    CONSTRAINT payment_source_token_is_no_card_number CHECK ((token !~ '^[0-9 -]{12,23}$'::text))
);

COMMENT ON TABLE payment_source IS 'A gateway''s token for a card or bank account; never a card number. Another token, or another mandate of a bank that collects by files, adds a row; what else is told of it does not.';

ALTER TABLE payment_source ALTER COLUMN payment_source_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME payment_source_payment_source_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW pending_debit AS
 SELECT a.payment_attempt_id,
    i.seller_id,
    a.gateway,
    a.as_of,
    i.invoice_id,
    i.customer_id,
    a.amount_minor,
    (a.request ->> 'invoice'::text) AS number,
    replace((a.request ->> 'token'::text), ' '::text, ''::text) AS iban,
    f.debtor,
    f.mandate,
    f.signed_on,
    f.scheme,
    f.notice_days,
    f.sequence,
    f.end_to_end_id,
    f.bic,
    f.country,
    f.city,
    f.postal_code,
    f.address1,
    f.address2,
    m.mailed_on,
    GREATEST(i.invoice_date, p.declined_on) AS told_on,
        CASE
            WHEN ((i.state <> 'open'::text) OR (s.removed_at IS NOT NULL) OR (((i.total_minor + i.rounding_minor) - i.settled_minor) < a.amount_minor) OR (a.automatic AND plan_has_ended(i.invoice_id))) THEN 'withdrawn'::text
            WHEN i.closed THEN 'closed'::text
            WHEN (i.invoice_id IN ( SELECT d.invoice_id
               FROM disputed_invoice d)) THEN 'disputed'::text
            WHEN (( SELECT (EXISTS ( SELECT
                       FROM bank_entry o
                      WHERE (o.is_credit AND (o.payment_id IS NULL) AND (o.cleared_at IS NULL)))) AS "exists") AND failed_debit_is_credited(i.invoice_id)) THEN 'declined_collected'::text
            ELSE NULL::text
        END AS obstacle
   FROM ((((((payment_attempt a
     CROSS JOIN LATERAL jsonb_to_record((a.request -> 'debit'::text)) f(debtor text, mandate text, signed_on date, scheme text, notice_days integer, sequence text, end_to_end_id text, bic text, country text, city text, postal_code text, address1 text, address2 text))
     JOIN invoice i ON ((i.invoice_id = a.invoice_id)))
     JOIN seller e ON ((e.seller_id = i.seller_id)))
     JOIN payment_source s ON ((s.payment_source_id = a.payment_source_id)))
     LEFT JOIN LATERAL ( SELECT max(o.settled_on) AS declined_on,
            max(o.settled_at) AS declined_at
           FROM payment_attempt o
          WHERE ((o.invoice_id = a.invoice_id) AND (o.state = 'declined'::text) AND (o.decline_class <> 'technical'::text))) p ON (true))
     LEFT JOIN LATERAL ( SELECT ((min(w.queued_at) AT TIME ZONE e.time_zone))::date AS mailed_on
           FROM message w
          WHERE ((w.invoice_id = a.invoice_id) AND (w.channel = 'email'::text) AND (w.template = 'invoice'::text) AND (w.state = ANY (ARRAY['queued'::text, 'sent'::text])) AND ((p.declined_at IS NULL) OR (w.queued_at >= p.declined_at)))) m ON (true))
  WHERE ((a.state = 'pending'::text) AND (a.request ? 'debit'::text) AND (NOT (EXISTS ( SELECT
           FROM bank_debit d
          WHERE (d.payment_attempt_id = a.payment_attempt_id)))));

COMMENT ON VIEW pending_debit IS 'Attempts that wait for the next file to the bank, with when the payer was told: by the first email since the last decline (mailed_on), or by the seller''s own means (told_on); and what keeps each out of it.';

CREATE TABLE pending_line_item (
    pending_line_item_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    item_id bigint,
    type text,
    name text NOT NULL,
    description text,
    quantity numeric DEFAULT 1 NOT NULL,
    unit_cost numeric NOT NULL,
    currency character(3) NOT NULL,
    discountable boolean DEFAULT true NOT NULL,
    taxable boolean DEFAULT true NOT NULL,
    tax_category text,
    discounts jsonb DEFAULT '[]'::jsonb NOT NULL,
    taxes text[] DEFAULT '{}'::text[] NOT NULL,
    tax_amount numeric DEFAULT 0 NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    added_on date NOT NULL,
    invoice_id bigint,
    line_no integer,
    CONSTRAINT pending_line_item_places CHECK (((scale(quantity) <= 12) AND (scale(unit_cost) <= 12))),
    CONSTRAINT pending_line_item_quantity_sound CHECK ((quantity >= (0)::numeric)),
    CONSTRAINT pending_line_item_swept_whole CHECK (((invoice_id IS NULL) = (line_no IS NULL))),
    CONSTRAINT pending_line_item_tax_amount_sound CHECK (((tax_amount >= (0)::numeric) AND (tax_amount <= '1000000000000000'::numeric)))
);

COMMENT ON TABLE pending_line_item IS 'A one-off line that rides on the customer''s next invoice, once.';

COMMENT ON COLUMN pending_line_item.tax_amount IS 'Tax of no rate, in major units, once for the line and with its sign (RULES 1.9).';

COMMENT ON COLUMN pending_line_item.added_on IS 'The day it came in, in the seller''s zone; after 31 days it makes an invoice of its own (RULES 5).';

COMMENT ON COLUMN pending_line_item.invoice_id IS 'The invoice that swept it, null while it waits.';

ALTER TABLE pending_line_item ALTER COLUMN pending_line_item_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pending_line_item_pending_line_item_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE plan ALTER COLUMN plan_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME plan_plan_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE price ALTER COLUMN price_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME price_price_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW receivables AS
 SELECT i.invoice_id AS invoice,
    n.number,
    s.code AS seller,
    i.customer_id AS customer,
    c.name AS customer_name,
    i.invoice_date AS date,
    COALESCE(i.amended_due_date, i.due_date, i.invoice_date) AS due_date,
    GREATEST((((now() AT TIME ZONE s.time_zone))::date - COALESCE(i.amended_due_date, i.due_date, i.invoice_date)), 0) AS days_past_due,
    i.currency,
    ((((i.total_minor + i.rounding_minor) - i.settled_minor))::numeric * u.minor_unit) AS balance
   FROM ((((invoice i
     JOIN seller s ON ((s.seller_id = i.seller_id)))
     JOIN customer c ON ((c.customer_id = i.customer_id)))
     JOIN currency u ON ((u.code = i.currency)))
     LEFT JOIN invoice_number n ON ((n.invoice_id = i.invoice_id)))
  WHERE ((i.kind = 'invoice'::text) AND (i.state = 'open'::text) AND (i.settled_minor < (i.total_minor + i.rounding_minor)));

COMMENT ON VIEW receivables IS 'Open invoices with what is owed on each in major units; AutoPay is aged from the invoice date. Stable: columns are only added.';

CREATE TABLE refund (
    refund_id bigint NOT NULL,
    payment_id bigint NOT NULL,
    state text NOT NULL,
    gateway text,
    idempotency_key text NOT NULL,
    currency character(3) NOT NULL,
    amount_minor bigint NOT NULL,
    request jsonb DEFAULT '{}'::jsonb NOT NULL,
    gateway_ref text,
    decline_code text,
    reason text,
    effective_on date,
    intended_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    settled_at timestamp with time zone,
    CONSTRAINT refund_amount_positive CHECK ((amount_minor > 0)),
    CONSTRAINT refund_by_hand_is_approved CHECK (((gateway IS NOT NULL) OR (state = 'approved'::text))),
    CONSTRAINT refund_dated_when_approved CHECK (((state <> 'approved'::text) OR (effective_on IS NOT NULL))),
    CONSTRAINT refund_state_known CHECK ((state = ANY (ARRAY['intended'::text, 'approved'::text, 'declined'::text, 'pending'::text, 'unknown'::text])))
);

COMMENT ON TABLE refund IS 'Money that goes back, with the same protocol as a charge (RULES 3).';

COMMENT ON COLUMN refund.gateway IS 'Null where it was paid back by hand.';

COMMENT ON COLUMN refund.request IS 'Why, by whom, and what it was taken off: invoices with amounts in minor units, which are paid again when it is declined.';

COMMENT ON COLUMN refund.reason IS 'What is known of the outcome, for people.';

COMMENT ON COLUMN refund.effective_on IS 'The day on which it was paid out.';

ALTER TABLE refund ALTER COLUMN refund_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME refund_refund_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW remindable_invoice AS
 SELECT i.invoice_id
   FROM (invoice i
     JOIN seller s ON ((s.seller_id = i.seller_id)))
  WHERE ((COALESCE(chasing_obstacle(i.*, false, (i.invoice_id IN ( SELECT d.invoice_id
           FROM disputed_invoice d))), 'autopay'::text) = 'autopay'::text) AND ((i.promised_on IS NULL) OR (i.promised_on < ((now() AT TIME ZONE s.time_zone))::date)));

COMMENT ON VIEW remindable_invoice IS 'Invoices that a reminder in the outbox may still speak of: not paid, closed, disputed or promised since it was queued.';

CREATE TABLE retry_policy (
    retry_policy_id bigint NOT NULL,
    code text NOT NULL,
    days integer[] DEFAULT '{3,5,7}'::integer[] NOT NULL,
    hours integer[] DEFAULT '{}'::integer[] NOT NULL,
    pay_days integer[] DEFAULT '{}'::integer[] NOT NULL,
    max_attempts integer,
    window_days integer,
    country text,
    after_last text DEFAULT 'leave'::text NOT NULL,
    business_days_only boolean DEFAULT false NOT NULL,
    decline_classes jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT retry_policy_after_last_known CHECK ((after_last = ANY (ARRAY['leave'::text, 'cancel_subscription'::text, 'autopay_off'::text, 'chase'::text, 'write_off'::text])))
);

COMMENT ON TABLE retry_policy IS 'When a declined charge is tried again, as data.';

COMMENT ON COLUMN retry_policy.days IS 'Days after the previous attempt''s as-of day, one per retry.';

ALTER TABLE retry_policy ALTER COLUMN retry_policy_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME retry_policy_retry_policy_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE revoked_link (
    invoice_id bigint NOT NULL,
    version integer NOT NULL,
    revoked_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT revoked_link_version_range CHECK ((version > 0))
);

COMMENT ON TABLE revoked_link IS 'Documents whose links were revoked; all others have no row. Those of a deleted draft are, whose id can come back: so it references nothing.';

COMMENT ON COLUMN revoked_link.version IS 'How often: tokens are made with it, so that those from before are none any more.';

CREATE TABLE rounding_credit (
    invoice_id bigint NOT NULL,
    of_invoice_id bigint NOT NULL,
    amount_minor bigint NOT NULL,
    CONSTRAINT rounding_credit_not_zero CHECK ((amount_minor <> 0))
);

COMMENT ON TABLE rounding_credit IS 'The cash rounding of an invoice (of_invoice_id) that a credit note takes along; no more once the note is voided or canceled.';

COMMENT ON COLUMN rounding_credit.amount_minor IS 'Below zero where the invoice was rounded down.';

CREATE TABLE run (
    run_id bigint NOT NULL,
    kind text NOT NULL,
    seller_id bigint NOT NULL,
    as_of date NOT NULL,
    invoice_date date NOT NULL,
    posting text DEFAULT 'direct'::text NOT NULL,
    state text NOT NULL,
    scope jsonb DEFAULT '{}'::jsonb NOT NULL,
    options jsonb DEFAULT '{}'::jsonb NOT NULL,
    gate text,
    paused_by text,
    population bigint DEFAULT 0 NOT NULL,
    batches integer DEFAULT 0 NOT NULL,
    program text NOT NULL,
    opened_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    closed_at timestamp with time zone,
    fingerprint text,
    phases jsonb DEFAULT '[]'::jsonb NOT NULL,
    error text,
    CONSTRAINT run_closed_when_done CHECK (((state = ANY (ARRAY['pending'::text, 'processing'::text])) = (closed_at IS NULL))),
    CONSTRAINT run_gate_known CHECK ((gate = ANY (ARRAY['pass'::text, 'hold_some'::text, 'hold_all'::text]))),
    CONSTRAINT run_kind_known CHECK ((kind = ANY (ARRAY['regular'::text, 'backfill'::text, 'catch_up'::text, 'preview'::text, 'dry'::text]))),
    CONSTRAINT run_posting_known CHECK ((posting = ANY (ARRAY['direct'::text, 'gated'::text]))),
    CONSTRAINT run_state_known CHECK ((state = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'posted'::text, 'error'::text, 'canceled'::text, 'reversed'::text])))
);

COMMENT ON TABLE run IS 'One bill run: its frozen options, the population it counted and the fingerprint of what it made.';

COMMENT ON COLUMN run.gate IS 'What the look between drafts and posting came to (gate_finding); null before it, and where nobody looks.';

COMMENT ON COLUMN run.paused_by IS 'Who has paused the run: nobody works on it until it is resumed; null while it is not paused.';

COMMENT ON COLUMN run.fingerprint IS 'sha256 over customers, lines and totals in the order of customers, without ids, numbers and times.';

COMMENT ON COLUMN run.phases IS '[{"name":"bill","seconds":0.9}, …]: how long each step took.';

CREATE TABLE run_account (
    run_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    batch_no integer NOT NULL,
    outcome text NOT NULL,
    reason text,
    invoices integer NOT NULL,
    inputs bytea NOT NULL,
    outputs bytea NOT NULL,
    CONSTRAINT run_account_invoices_where_invoiced CHECK (((outcome = 'invoiced'::text) = (invoices > 0))),
    CONSTRAINT run_account_outcome_known CHECK ((outcome = ANY (ARRAY['invoiced'::text, 'nothing_due'::text, 'held'::text]))),
    CONSTRAINT run_account_reason_where_needed CHECK (((outcome = 'invoiced'::text) = (reason IS NULL)))
);

COMMENT ON TABLE run_account IS 'The work item: what the run did with one payer, and why.';

COMMENT ON COLUMN run_account.inputs IS 'Digest of all that the payer''s billing read, to refuse a manifest whose inputs have changed.';

COMMENT ON COLUMN run_account.outputs IS 'Digest of the invoices made, without ids, numbers and times.';

CREATE TABLE run_batch (
    run_id bigint NOT NULL,
    batch_no integer NOT NULL,
    payer_ids bigint[] NOT NULL,
    done boolean DEFAULT false NOT NULL
);
ALTER TABLE ONLY run_batch ALTER COLUMN payer_ids SET STORAGE EXTERNAL;

COMMENT ON TABLE run_batch IS 'The frozen population in batches: the payers of one transaction. A lane claims a row by locking it, so a crash sets it free. Numbers go by due periods: where a payer has those of several batches, they have a gap.';

CREATE VIEW run_manifest AS
 SELECT a.run_id,
    a.customer_id,
    concat('{"object":"account","customer":', a.customer_id, ',"outcome":"', a.outcome, '"', ((',"reason":"'::text || a.reason) || '"'::text), ',"inputs":"', encode(a.inputs, 'hex'::text), '","outputs":"', encode(a.outputs, 'hex'::text), '"', ((',"documents":['::text || ( SELECT string_agg(concat('{"kind":"', i.kind, '","currency":"', i.currency, '","subtotal":', ((i.subtotal_minor)::numeric * u.minor_unit), ',"discounts":', ((i.discount_minor)::numeric * u.minor_unit), ',"taxes":', ((i.tax_minor)::numeric * u.minor_unit), ',"total":', ((i.total_minor)::numeric * u.minor_unit), ',"lines":[', ( SELECT string_agg(concat('{"kind":"', l.kind, '"', (',"subscription":'::text || l.subscription_id), (',"slot":'::text || l.slot), (',"item":'::text || to_json(COALESCE(p.code, t.code, l.name))), ((',"start":"'::text || l.period_start) || '"'::text), ((',"end":"'::text || l.period_end) || '"'::text),
                        CASE
                            WHEN (l.pricing ? 'of_days'::text) THEN ',"part":true'::text
                            ELSE NULL::text
                        END, ',"quantity":', l.quantity, ',"unit_cost":', l.unit_cost, ',"amount":', ((l.amount_minor)::numeric * u.minor_unit), ',"discount":', (((l.discount_minor + l.invoice_discount_minor))::numeric * u.minor_unit), '}'), ','::text ORDER BY l.line_no) AS string_agg
                   FROM (((invoice_line l
                     LEFT JOIN price r ON ((r.price_id = l.price_id)))
                     LEFT JOIN plan p ON ((p.plan_id = r.plan_id)))
                     LEFT JOIN item t ON ((t.item_id = l.item_id)))
                  WHERE (l.invoice_id = i.invoice_id)), '],"tax":[', ( SELECT string_agg(concat('{"category":"', TRIM(BOTH FROM x.category), '"', (',"percent":'::text || x.percent),
                        CASE
                            WHEN x.inclusive THEN ',"inclusive":true'::text
                            ELSE NULL::text
                        END, ',"amount":', ((x.amount_minor)::numeric * u.minor_unit), '}'), ','::text ORDER BY x.tax_no) AS string_agg
                   FROM invoice_tax x
                  WHERE (x.invoice_id = i.invoice_id)), ']}'), ','::text ORDER BY i.invoice_id) AS string_agg
           FROM (invoice i
             CROSS JOIN LATERAL ( SELECT ((( SELECT jsonb_object_agg(e.code, e.minor_unit) AS jsonb_object_agg
                           FROM currency e) ->> (i.currency)::text))::numeric AS minor_unit
                 OFFSET 0) u)
          WHERE ((i.run_id = a.run_id) AND (i.customer_id = a.customer_id)))) || ']'::text), '}') AS entry
   FROM run_account a;

COMMENT ON VIEW run_manifest IS 'The payers of a run with their documents as one JSON text each: what a manifest has, and what two runs are compared by.';

ALTER TABLE run ALTER COLUMN run_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME run_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE seller ALTER COLUMN seller_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME seller_seller_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE settlement ALTER COLUMN settlement_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME settlement_settlement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW statement_gap AS
 SELECT s.bank_statement_id,
    s.account,
    s.currency,
    s.name,
    s.opened_on,
    s.closed_on,
    s.opening_minor,
    s.closing_minor,
    s.digest,
    l.last_on,
    ( SELECT k.closing_minor
           FROM bank_statement k
          WHERE ((k.account = s.account) AND (k.currency = s.currency) AND (k.closed_on = l.last_on))
          ORDER BY k.bank_statement_id DESC
         LIMIT 1) AS before_minor
   FROM (bank_statement s
     CROSS JOIN LATERAL ( SELECT max(k.closed_on) AS last_on
           FROM bank_statement k
          WHERE ((k.account = s.account) AND (k.currency = s.currency) AND (k.closed_on < LEAST(s.opened_on, s.closed_on)))) l)
  WHERE ((s.opening_minor IS NOT NULL) AND (l.last_on IS NOT NULL) AND (NOT (EXISTS ( SELECT
           FROM bank_statement k
          WHERE ((k.account = s.account) AND (k.currency = s.currency) AND (k.closed_on = ANY (ARRAY[l.last_on, s.opened_on, s.closed_on])) AND (k.closing_minor = s.opening_minor) AND (((k.closed_on IS DISTINCT FROM s.closed_on) OR (k.opening_minor IS DISTINCT FROM s.opening_minor)) OR (k.closing_minor IS DISTINCT FROM s.closing_minor)))))));

COMMENT ON VIEW statement_gap IS 'Statements that open with what none closes with of the last day before their own, or of the day of either of their balances: one is missing between last_on and theirs.';

CREATE TABLE subscription (
    subscription_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    plan_id bigint NOT NULL,
    start_date date NOT NULL,
    quantity numeric DEFAULT 1 NOT NULL,
    amount numeric,
    taxes text[] DEFAULT '{}'::text[] NOT NULL,
    bill_in text DEFAULT 'advance'::text NOT NULL,
    bill_in_advance_days integer DEFAULT 0 NOT NULL,
    snap_to_nth_day integer,
    anchor_day integer,
    trial_end date,
    cycles integer,
    canceled_at date,
    cancel_at_period_end boolean DEFAULT false NOT NULL,
    prorate_cancel boolean DEFAULT false NOT NULL,
    paused boolean DEFAULT false NOT NULL,
    contract_renewal_cycles integer,
    contract_renewal_mode text DEFAULT 'none'::text NOT NULL,
    contract_term integer DEFAULT 1 NOT NULL,
    migrated_through date,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT subscription_advance_days_range CHECK (((bill_in_advance_days >= 0) AND (bill_in_advance_days <= 365))),
    CONSTRAINT subscription_amount_places CHECK ((scale(amount) <= 12)),
    CONSTRAINT subscription_anchor_range CHECK (((anchor_day >= 1) AND (anchor_day <= 31))),
    CONSTRAINT subscription_bill_in_known CHECK ((bill_in = ANY (ARRAY['advance'::text, 'arrears'::text]))),
    CONSTRAINT subscription_cancel_resolved CHECK (((NOT cancel_at_period_end) OR (canceled_at IS NOT NULL))),
    CONSTRAINT subscription_cycles_positive CHECK (((cycles > 0) AND (contract_renewal_cycles > 0))),
    CONSTRAINT subscription_days_in_range CHECK (((start_date >= '1900-01-01'::date) AND (start_date <= '9999-12-31'::date))),
    CONSTRAINT subscription_id_positive CHECK ((subscription_id > 0)),
    CONSTRAINT subscription_quantity_sound CHECK (((quantity >= (0)::numeric) AND (scale(quantity) <= 12))),
    CONSTRAINT subscription_renewal_known CHECK ((contract_renewal_mode = ANY (ARRAY['none'::text, 'auto'::text, 'manual'::text, 'renew_once'::text]))),
    CONSTRAINT subscription_snap_range CHECK (((snap_to_nth_day >= 1) AND (snap_to_nth_day <= 31))),
    CONSTRAINT subscription_trial_not_before_start CHECK ((trial_end >= start_date))
);

COMMENT ON TABLE subscription IS 'An order that recurs. Written by the owner''s application with plain SQL, or by import; a run reads it.';

COMMENT ON COLUMN subscription.amount IS 'The price in major units where the plan''s pricing_mode is custom; may be negative.';

COMMENT ON COLUMN subscription.snap_to_nth_day IS 'Calendar billing: periods start on this day of the month or week, 31 = last day; the first part is prorated.';

COMMENT ON COLUMN subscription.anchor_day IS 'Day of the month on which periods start, null: the first paid day''s.';

COMMENT ON COLUMN subscription.trial_end IS 'First paid day.';

COMMENT ON COLUMN subscription.canceled_at IS 'No period starts on or after this day.';

COMMENT ON COLUMN subscription.cancel_at_period_end IS 'Setting it sets canceled_at, once, to the end of the period that is running in the seller''s zone, or of what is covered where that is later (RULES 5).';

COMMENT ON COLUMN subscription.contract_term IS 'Counts terms: renewal adds one.';

COMMENT ON COLUMN subscription.migrated_through IS 'Billed elsewhere up to this day (exclusive), when it came from another system.';

CREATE TABLE subscription_addon (
    subscription_id bigint NOT NULL,
    slot smallint NOT NULL,
    plan_id bigint NOT NULL,
    quantity numeric DEFAULT 1 NOT NULL,
    amount numeric,
    description text,
    CONSTRAINT subscription_addon_amount_places CHECK ((scale(amount) <= 12)),
    CONSTRAINT subscription_addon_quantity_sound CHECK (((quantity >= (0)::numeric) AND (scale(quantity) <= 12))),
    CONSTRAINT subscription_addon_slot_positive CHECK ((slot > 0))
);

COMMENT ON TABLE subscription_addon IS 'Further charges of a subscription. Subscription and slot name a charge; slot 0 is the subscription''s own plan (RULES 0.2).';

CREATE TABLE subscription_change (
    subscription_change_id bigint NOT NULL,
    subscription_id bigint NOT NULL,
    effective date NOT NULL,
    plan_id bigint,
    quantity numeric,
    amount numeric,
    addons jsonb,
    paused boolean,
    prorate boolean DEFAULT true NOT NULL,
    applied_by bigint,
    CONSTRAINT subscription_change_changes_something CHECK ((num_nonnulls(plan_id, quantity, amount, addons, paused) > 0)),
    CONSTRAINT subscription_change_quantity_sound CHECK (((quantity >= (0)::numeric) AND (scale(quantity) <= 12)))
);

COMMENT ON TABLE subscription_change IS 'The timeline of a subscription: what is different from a day on, in order of (effective, id) (RULES 5).';

COMMENT ON COLUMN subscription_change.applied_by IS 'The run that has billed it; what was billed since is no longer compared with it.';

ALTER TABLE subscription_change ALTER COLUMN subscription_change_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME subscription_change_subscription_change_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE subscription_discount (
    subscription_id bigint NOT NULL,
    "position" smallint NOT NULL,
    coupon_id bigint NOT NULL,
    cycles_used integer DEFAULT 0 NOT NULL,
    attached_on date,
    CONSTRAINT subscription_discount_cycles_not_negative CHECK ((cycles_used >= 0))
);

COMMENT ON TABLE subscription_discount IS 'Coupons attached to a subscription, in order; an attachment is a redemption (RULES 0.9).';

COMMENT ON COLUMN subscription_discount.cycles_used IS 'Base periods billed with the coupon so far.';

ALTER TABLE subscription ALTER COLUMN subscription_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME subscription_subscription_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE tax_rate (
    tax_rate_id bigint NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    is_percent boolean DEFAULT true NOT NULL,
    inclusive boolean DEFAULT false NOT NULL,
    compound boolean DEFAULT false NOT NULL,
    currency character(3),
    country text,
    state text,
    postal_code text,
    tax_category text,
    CONSTRAINT tax_rate_fixed_has_currency CHECK ((is_percent OR (currency IS NOT NULL)))
);

COMMENT ON TABLE tax_rate IS 'A tax by name and jurisdiction; its value stands in tax_rate_version.';

COMMENT ON COLUMN tax_rate.code IS 'The id by which import files, customers and subscriptions name the rate.';

COMMENT ON COLUMN tax_rate.country IS 'With state, postal_code and tax_category: the seller''s rule by which the rate applies by itself; null matches all. A rate without country applies only where it is named.';

COMMENT ON COLUMN tax_rate.postal_code IS 'A prefix.';

CREATE TABLE tax_rate_version (
    tax_rate_version_id bigint NOT NULL,
    tax_rate_id bigint NOT NULL,
    value numeric NOT NULL,
    valid_from date DEFAULT '-infinity'::date NOT NULL,
    valid_until date DEFAULT 'infinity'::date NOT NULL,
    CONSTRAINT tax_rate_version_days_ordered CHECK ((valid_from < valid_until)),
    CONSTRAINT tax_rate_version_value_not_negative CHECK ((((value >= (0)::numeric) AND (value <= '1000000000000000'::numeric)) AND (scale(value) <= 12) AND ((value <= '100000'::numeric) OR (scale(value) <= 3))))
);

COMMENT ON TABLE tax_rate_version IS 'The value of a tax rate on the days [valid_from, valid_until); a later valid_from supersedes an earlier one.';

COMMENT ON COLUMN tax_rate_version.value IS 'Per cent (7.25), or an amount in major units of the rate''s currency where it is not a percentage.';

CREATE VIEW tax_share AS
 SELECT s.invoice_id,
    s.tax_no,
    s.line_no,
    s.gross_minor,
    s.is_mixed,
    (s.is_mixed AND (s.gross_minor < 0)) AS is_negative,
    (
        CASE
            WHEN s.is_alike THEN (s.gross_minor)::numeric
            ELSE ((s.net_minor)::numeric +
            CASE
                WHEN s.compound THEN COALESCE(( SELECT round(sum(
                        CASE
                            WHEN (s.is_mixed AND (e.percent IS NOT NULL)) THEN (((s.net_minor)::numeric * e.percent) / (100)::numeric)
                            ELSE (((e.amount_minor * s.net_minor))::numeric / NULLIF(n.net_minor, (0)::numeric))
                        END)) AS round
                   FROM (invoice_tax e
                     CROSS JOIN LATERAL ( SELECT sum(k.net_minor) AS net_minor
                           FROM invoice_line k
                          WHERE ((k.invoice_id = e.invoice_id) AND (k.kind <> 'credit'::text) AND (e.tax_no = ANY (k.tax_nos)))) n)
                  WHERE ((e.invoice_id = s.invoice_id) AND (e.tax_no < s.tax_no) AND (NOT e.inclusive) AND (e.tax_no = ANY (s.tax_nos)))), (0)::numeric)
                ELSE (0)::numeric
            END)
        END)::bigint AS base_minor
   FROM ( SELECT t.invoice_id,
            t.tax_no,
            l.line_no,
            l.tax_nos,
            l.net_minor,
            ((l.amount_minor - l.discount_minor) - l.invoice_discount_minor) AS gross_minor,
            ((NOT t.inclusive) AND COALESCE(r.compound, false)) AS compound,
            (min(l.tax_nos) OVER lines = max(l.tax_nos) OVER lines) AS is_alike,
            ((COALESCE(v.value, (0)::numeric) <> (0)::numeric) AND (min(((l.amount_minor - l.discount_minor) - l.invoice_discount_minor)) OVER lines < 0) AND (max(((l.amount_minor - l.discount_minor) - l.invoice_discount_minor)) OVER lines > 0)) AS is_mixed
           FROM (((invoice_tax t
             JOIN invoice_line l ON (((l.invoice_id = t.invoice_id) AND (l.kind <> 'credit'::text) AND (t.tax_no = ANY (l.tax_nos)))))
             LEFT JOIN tax_rate_version v ON ((v.tax_rate_version_id = t.tax_rate_version_id)))
             LEFT JOIN tax_rate r ON ((r.tax_rate_id = v.tax_rate_id)))
          WINDOW lines AS (PARTITION BY t.invoice_id, t.tax_no)) s;

COMMENT ON VIEW tax_share IS 'What each line is of the base of each of its taxes; credits take the taxes back by it.';

CREATE VIEW tax_part AS
 SELECT r.invoice_id,
    r.tax_no,
    r.is_negative,
    r.is_mixed,
    (sum(r.base_minor))::bigint AS base_minor,
    (sum(
        CASE r.rounding_mode
            WHEN 'half_up'::text THEN round(r.exact)
            WHEN 'half_even'::text THEN
            CASE
                WHEN (mod(abs(r.exact), (1)::numeric) = 0.5) THEN ((2)::numeric * round((r.exact / (2)::numeric)))
                ELSE round(r.exact)
            END
            WHEN 'up'::text THEN (sign(r.exact) * ceil(abs(r.exact)))
            ELSE trunc(r.exact)
        END))::bigint AS tax_minor
   FROM ( SELECT h.invoice_id,
            h.tax_no,
            h.is_negative,
            h.is_mixed,
            d.rounding_mode,
            sum(h.base_minor) AS base_minor,
            sum(
                CASE
                    WHEN (NOT h.is_mixed) THEN NULL::numeric
                    WHEN (t.percent IS NULL) THEN (q.fixed_own * (q.sign)::numeric)
                    WHEN t.inclusive THEN (((((h.gross_minor)::numeric - (q.fixed * (q.sign)::numeric)) * q.multiple) * t.percent) / (q.factor * (100)::numeric))
                    ELSE (((((l.net_minor)::numeric * q.multiple) + (q.fixed_before * (q.sign)::numeric)) * t.percent) / (100)::numeric)
                END) AS exact
           FROM ((((((tax_share h
             JOIN invoice_tax t ON (((t.invoice_id = h.invoice_id) AND (t.tax_no = h.tax_no))))
             JOIN invoice_line l ON (((l.invoice_id = h.invoice_id) AND (l.line_no = h.line_no))))
             JOIN invoice i ON ((i.invoice_id = h.invoice_id)))
             JOIN seller d ON ((d.seller_id = i.seller_id)))
             JOIN currency u ON ((u.code = i.currency)))
             LEFT JOIN LATERAL ( SELECT
                        CASE
                            WHEN (l.amount_minor < 0) THEN '-1'::integer
                            ELSE 1
                        END AS sign,
                    (sum(
                        CASE
                            WHEN (e.percent IS NULL) THEN v.value
                            ELSE NULL::numeric
                        END) FILTER (WHERE (e.tax_no = t.tax_no)) / u.minor_unit) AS fixed_own,
                    (COALESCE(sum(v.value) FILTER (WHERE (e.percent IS NULL)), (0)::numeric) / u.minor_unit) AS fixed,
                        CASE
                            WHEN bool_or(r_1.compound) FILTER (WHERE (e.tax_no = t.tax_no)) THEN (COALESCE(sum(v.value) FILTER (WHERE ((e.percent IS NULL) AND (e.tax_no < t.tax_no))), (0)::numeric) / u.minor_unit)
                            ELSE (0)::numeric
                        END AS fixed_before,
                        CASE
                            WHEN bool_or(r_1.compound) FILTER (WHERE (e.tax_no = t.tax_no)) THEN (((1)::numeric + (COALESCE(sum(e.percent) FILTER (WHERE ((NOT r_1.compound) AND (e.tax_no < t.tax_no))), (0)::numeric) / (100)::numeric)) * ((1)::numeric + (COALESCE(sum(e.percent) FILTER (WHERE (r_1.compound AND (e.tax_no < t.tax_no))), (0)::numeric) / (100)::numeric)))
                            ELSE (1)::numeric
                        END AS multiple,
                    (((1)::numeric + (COALESCE(sum(e.percent) FILTER (WHERE (NOT r_1.compound)), (0)::numeric) / (100)::numeric)) * ((1)::numeric + (COALESCE(sum(e.percent) FILTER (WHERE r_1.compound), (0)::numeric) / (100)::numeric))) AS factor
                   FROM ((invoice_tax e
                     JOIN tax_rate_version v ON ((v.tax_rate_version_id = e.tax_rate_version_id)))
                     JOIN tax_rate r_1 ON ((r_1.tax_rate_id = v.tax_rate_id)))
                  WHERE (h.is_mixed AND (e.invoice_id = h.invoice_id) AND (e.tax_no = ANY (l.tax_nos)) AND (e.inclusive = t.inclusive))) q ON (true))
          GROUP BY h.invoice_id, h.tax_no, h.is_negative, h.is_mixed, d.rounding_mode,
                CASE
                    WHEN (d.tax_rounding = 'line'::text) THEN h.line_no
                    ELSE NULL::integer
                END) r
  GROUP BY r.invoice_id, r.tax_no, r.is_negative, r.is_mixed;

COMMENT ON VIEW tax_part IS 'What lines of one sign are of the base of a tax and bear of it, where it has lines of both.';

ALTER TABLE tax_rate ALTER COLUMN tax_rate_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME tax_rate_tax_rate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE tax_rate_version ALTER COLUMN tax_rate_version_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME tax_rate_version_tax_rate_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW unseen_debit AS
 WITH told AS MATERIALIZED (
         SELECT f_1.account,
            LEAST(min(d_1.booked_on), ( SELECT min(s.closed_on) AS min
                   FROM bank_statement s
                  WHERE (s.account = f_1.account))) AS since
           FROM (bank_file f_1
             JOIN bank_debit d_1 ON ((d_1.bank_file_id = f_1.bank_file_id)))
          GROUP BY f_1.account
        )
 SELECT d.payment_attempt_id,
    f.seller_id,
    f.bank_file_id,
    d.block,
    d.amount_minor
   FROM ((((bank_debit d
     JOIN bank_file f ON ((f.bank_file_id = d.bank_file_id)))
     JOIN told t ON ((t.account = f.account)))
     JOIN bank_block b ON (((b.bank_file_id = d.bank_file_id) AND (b.block = d.block))))
     JOIN payment_attempt a ON (((a.payment_attempt_id = d.payment_attempt_id) AND (a.state = 'approved'::text))))
  WHERE ((d.booked_on IS NULL) AND (d.uncollected_on IS NULL) AND (a.settled_on >= t.since));

COMMENT ON VIEW unseen_debit IS 'Debits that were approved since statements of the account are read, and whose money none has credited.';

CREATE TABLE usage_record (
    usage_record_id bigint NOT NULL,
    subscription_id bigint NOT NULL,
    plan_id bigint NOT NULL,
    external_id text,
    used_on date NOT NULL,
    used_at timestamp with time zone NOT NULL,
    quantity numeric NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT usage_record_quantity_places CHECK ((scale(quantity) <= 12))
);

COMMENT ON TABLE usage_record IS 'One measured use, summed by period when the period has ended.';

COMMENT ON COLUMN usage_record.external_id IS 'The source''s own id: the same one twice is refused.';

COMMENT ON COLUMN usage_record.used_on IS 'The day of used_at in the seller''s zone.';

ALTER TABLE usage_record ALTER COLUMN usage_record_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME usage_record_usage_record_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE webhook_endpoint (
    webhook_endpoint_id bigint NOT NULL,
    url text NOT NULL,
    kinds text[] NOT NULL,
    told_xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    told_event_id bigint DEFAULT 0 NOT NULL,
    created_by text DEFAULT SESSION_USER NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    removed_at timestamp with time zone,
    CONSTRAINT webhook_endpoint_has_kinds CHECK ((cardinality(kinds) > 0)),
    CONSTRAINT webhook_endpoint_url_form CHECK ((url ~ '^https?://'::text))
);

COMMENT ON TABLE webhook_endpoint IS 'Services that are told of events by POST requests.';

COMMENT ON COLUMN webhook_endpoint.kinds IS 'Which events: kinds, in which * stands for anything, as invoice_*.';

COMMENT ON COLUMN webhook_endpoint.told_xact IS 'Events of all transactions before this one are in the outbox.';

COMMENT ON COLUMN webhook_endpoint.told_event_id IS 'The highest event that is: how books go on that came to another server.';

ALTER TABLE webhook_endpoint ALTER COLUMN webhook_endpoint_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME webhook_endpoint_webhook_endpoint_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY api_answer
    ADD CONSTRAINT api_answer_pkey PRIMARY KEY (api_key_id, idempotency_key);

ALTER TABLE ONLY api_key
    ADD CONSTRAINT api_key_client_key UNIQUE (client_id);

ALTER TABLE ONLY api_key
    ADD CONSTRAINT api_key_digest_key UNIQUE (digest);

ALTER TABLE ONLY api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (api_key_id);

ALTER TABLE ONLY api_token
    ADD CONSTRAINT api_token_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY approval
    ADD CONSTRAINT approval_pkey PRIMARY KEY (approval_id);

ALTER TABLE ONLY approval_rule
    ADD CONSTRAINT approval_rule_pkey PRIMARY KEY (seller_id, operation);

ALTER TABLE ONLY attachment
    ADD CONSTRAINT attachment_file_key UNIQUE (invoice_id, file_id);

ALTER TABLE ONLY attachment
    ADD CONSTRAINT attachment_pkey PRIMARY KEY (attachment_id);

ALTER TABLE ONLY bank_block
    ADD CONSTRAINT bank_block_payment_key UNIQUE (payment_id);

ALTER TABLE ONLY bank_block
    ADD CONSTRAINT bank_block_pkey PRIMARY KEY (bank_file_id, block);

ALTER TABLE ONLY bank_debit
    ADD CONSTRAINT bank_debit_end_to_end_key UNIQUE (end_to_end_id);

ALTER TABLE ONLY bank_debit
    ADD CONSTRAINT bank_debit_pkey PRIMARY KEY (payment_attempt_id);

ALTER TABLE ONLY bank_entry
    ADD CONSTRAINT bank_entry_id_key UNIQUE (bank_entry_id);

ALTER TABLE ONLY bank_entry
    ADD CONSTRAINT bank_entry_payment_key UNIQUE (payment_id);

ALTER TABLE ONLY bank_entry
    ADD CONSTRAINT bank_entry_pkey PRIMARY KEY (entry_key);

ALTER TABLE ONLY bank_file
    ADD CONSTRAINT bank_file_message_key UNIQUE (message_id);

ALTER TABLE ONLY bank_file
    ADD CONSTRAINT bank_file_pkey PRIMARY KEY (bank_file_id);

ALTER TABLE ONLY bank_report
    ADD CONSTRAINT bank_report_pkey PRIMARY KEY (fingerprint);

ALTER TABLE ONLY bank_statement
    ADD CONSTRAINT bank_statement_key UNIQUE NULLS NOT DISTINCT (account, currency, closed_on, opening_minor, closing_minor, name, digest);

ALTER TABLE ONLY bank_statement
    ADD CONSTRAINT bank_statement_pkey PRIMARY KEY (bank_statement_id);

ALTER TABLE ONLY billing_cursor
    ADD CONSTRAINT billing_cursor_pkey PRIMARY KEY (subscription_id);

ALTER TABLE ONLY book
    ADD CONSTRAINT book_pkey PRIMARY KEY (is_only);

ALTER TABLE ONLY bounced_address
    ADD CONSTRAINT bounced_address_pkey PRIMARY KEY (address);

ALTER TABLE ONLY chase_step
    ADD CONSTRAINT chase_step_pkey PRIMARY KEY (invoice_id, chasing_cadence_id, step);

ALTER TABLE ONLY chasing_cadence
    ADD CONSTRAINT chasing_cadence_pkey PRIMARY KEY (chasing_cadence_id);

ALTER TABLE ONLY chasing_cadence
    ADD CONSTRAINT chasing_cadence_version_key UNIQUE (code, version);

ALTER TABLE ONLY coupon
    ADD CONSTRAINT coupon_code_key UNIQUE (code);

ALTER TABLE ONLY coupon
    ADD CONSTRAINT coupon_pkey PRIMARY KEY (coupon_id);

ALTER TABLE ONLY credit_payout
    ADD CONSTRAINT credit_payout_pkey PRIMARY KEY (credit_payout_id);

ALTER TABLE ONLY credit
    ADD CONSTRAINT credit_pkey PRIMARY KEY (credit_id);

ALTER TABLE ONLY currency
    ADD CONSTRAINT currency_pkey PRIMARY KEY (code);

ALTER TABLE ONLY customer
    ADD CONSTRAINT customer_pkey PRIMARY KEY (customer_id);

ALTER TABLE ONLY customer
    ADD CONSTRAINT customer_seller_key UNIQUE (seller_id, customer_id);

ALTER TABLE ONLY decline_rule
    ADD CONSTRAINT decline_rule_pkey PRIMARY KEY (gateway, code);

ALTER TABLE ONLY dismissed_charge
    ADD CONSTRAINT dismissed_charge_pkey PRIMARY KEY (gateway, idempotency_key, reference);

ALTER TABLE ONLY event
    ADD CONSTRAINT event_pkey PRIMARY KEY (event_id);

ALTER TABLE ONLY file
    ADD CONSTRAINT file_pkey PRIMARY KEY (file_id);

ALTER TABLE ONLY gate_finding
    ADD CONSTRAINT gate_finding_pkey PRIMARY KEY (run_id, finding_no);

ALTER TABLE ONLY gateway_account
    ADD CONSTRAINT gateway_account_pkey PRIMARY KEY (gateway);

ALTER TABLE ONLY gateway_doubt
    ADD CONSTRAINT gateway_doubt_pkey PRIMARY KEY (gateway);

ALTER TABLE ONLY hold
    ADD CONSTRAINT hold_pkey PRIMARY KEY (hold_id);

ALTER TABLE ONLY holiday
    ADD CONSTRAINT holiday_pkey PRIMARY KEY (country, date);

ALTER TABLE ONLY invoice_discount
    ADD CONSTRAINT invoice_discount_pkey PRIMARY KEY (invoice_id, discount_no);

ALTER TABLE ONLY invoice_line
    ADD CONSTRAINT invoice_line_pkey PRIMARY KEY (invoice_id, line_no);

ALTER TABLE ONLY invoice_number
    ADD CONSTRAINT invoice_number_invoice_key UNIQUE (invoice_id);

ALTER TABLE ONLY invoice_number
    ADD CONSTRAINT invoice_number_number_key UNIQUE (seller_id, number);

ALTER TABLE ONLY invoice_number
    ADD CONSTRAINT invoice_number_pkey PRIMARY KEY (number_series_id, seq);

ALTER TABLE ONLY invoice
    ADD CONSTRAINT invoice_pkey PRIMARY KEY (invoice_id);

ALTER TABLE ONLY invoice_request
    ADD CONSTRAINT invoice_request_number_key UNIQUE (seller_id, number);

ALTER TABLE ONLY invoice_request
    ADD CONSTRAINT invoice_request_pkey PRIMARY KEY (invoice_id);

ALTER TABLE ONLY invoice_tax
    ADD CONSTRAINT invoice_tax_pkey PRIMARY KEY (invoice_id, tax_no);

ALTER TABLE ONLY item
    ADD CONSTRAINT item_code_key UNIQUE (code);

ALTER TABLE ONLY item
    ADD CONSTRAINT item_pkey PRIMARY KEY (item_id);

ALTER TABLE ONLY item_price
    ADD CONSTRAINT item_price_from_key UNIQUE (item_id, valid_from);

ALTER TABLE ONLY item_price
    ADD CONSTRAINT item_price_pkey PRIMARY KEY (item_price_id);

ALTER TABLE ONLY journal_line
    ADD CONSTRAINT journal_line_pkey PRIMARY KEY (journal_id, line_no);

ALTER TABLE ONLY journal
    ADD CONSTRAINT journal_pkey PRIMARY KEY (journal_id);

ALTER TABLE ONLY late_fee
    ADD CONSTRAINT late_fee_document_key UNIQUE (fee_invoice_id);

ALTER TABLE ONLY late_usage
    ADD CONSTRAINT late_usage_pkey PRIMARY KEY (subscription_id, slot, day_from, invoice_id);

ALTER TABLE ONLY ledger_account
    ADD CONSTRAINT ledger_account_pkey PRIMARY KEY (code);

ALTER TABLE ONLY line_credit
    ADD CONSTRAINT line_credit_pkey PRIMARY KEY (invoice_id, line_no);

ALTER TABLE ONLY line_credit_tax
    ADD CONSTRAINT line_credit_tax_pkey PRIMARY KEY (invoice_id, line_no, of_tax_no);

ALTER TABLE ONLY link_secret
    ADD CONSTRAINT link_secret_pkey PRIMARY KEY (is_only);

ALTER TABLE ONLY manifest_account
    ADD CONSTRAINT manifest_account_pkey PRIMARY KEY (run_id, customer_id);

ALTER TABLE ONLY message_file
    ADD CONSTRAINT message_file_pkey PRIMARY KEY (message_id, place);

ALTER TABLE ONLY message
    ADD CONSTRAINT message_pkey PRIMARY KEY (message_id);

ALTER TABLE ONLY migration
    ADD CONSTRAINT migration_pk PRIMARY KEY (number);

ALTER TABLE ONLY number_series
    ADD CONSTRAINT number_series_format_key UNIQUE (seller_id, kind, format);

ALTER TABLE ONLY number_series
    ADD CONSTRAINT number_series_pkey PRIMARY KEY (number_series_id);

ALTER TABLE ONLY party_version
    ADD CONSTRAINT party_version_pkey PRIMARY KEY (party_kind, party_id, version);

ALTER TABLE ONLY payment_attempt
    ADD CONSTRAINT payment_attempt_key_key UNIQUE (idempotency_key);

ALTER TABLE ONLY payment_attempt
    ADD CONSTRAINT payment_attempt_pkey PRIMARY KEY (payment_attempt_id);

ALTER TABLE ONLY payment_attempt
    ADD CONSTRAINT payment_attempt_try_key UNIQUE (invoice_id, try);

ALTER TABLE ONLY payment_list
    ADD CONSTRAINT payment_list_pkey PRIMARY KEY (fingerprint);

ALTER TABLE ONLY payment
    ADD CONSTRAINT payment_of_attempt_key UNIQUE (payment_attempt_id);

ALTER TABLE ONLY payment
    ADD CONSTRAINT payment_pkey PRIMARY KEY (payment_id);

ALTER TABLE ONLY payment_return
    ADD CONSTRAINT payment_return_pkey PRIMARY KEY (payment_return_id);

ALTER TABLE ONLY payment_source
    ADD CONSTRAINT payment_source_pkey PRIMARY KEY (payment_source_id);

ALTER TABLE ONLY pending_line_item
    ADD CONSTRAINT pending_line_item_pkey PRIMARY KEY (pending_line_item_id);

ALTER TABLE ONLY plan
    ADD CONSTRAINT plan_code_key UNIQUE (code);

ALTER TABLE ONLY plan
    ADD CONSTRAINT plan_pkey PRIMARY KEY (plan_id);

ALTER TABLE ONLY price
    ADD CONSTRAINT price_from_key UNIQUE (plan_id, valid_from);

ALTER TABLE ONLY price
    ADD CONSTRAINT price_pkey PRIMARY KEY (price_id);

ALTER TABLE ONLY refund
    ADD CONSTRAINT refund_key_key UNIQUE (idempotency_key);

ALTER TABLE ONLY refund
    ADD CONSTRAINT refund_pkey PRIMARY KEY (refund_id);

ALTER TABLE ONLY retry_policy
    ADD CONSTRAINT retry_policy_code_key UNIQUE (code);

ALTER TABLE ONLY retry_policy
    ADD CONSTRAINT retry_policy_pkey PRIMARY KEY (retry_policy_id);

ALTER TABLE ONLY revoked_link
    ADD CONSTRAINT revoked_link_pkey PRIMARY KEY (invoice_id);

ALTER TABLE ONLY rounding_credit
    ADD CONSTRAINT rounding_credit_pkey PRIMARY KEY (invoice_id, of_invoice_id);

ALTER TABLE ONLY run_account
    ADD CONSTRAINT run_account_pkey PRIMARY KEY (run_id, customer_id);

ALTER TABLE ONLY run_batch
    ADD CONSTRAINT run_batch_pkey PRIMARY KEY (run_id, batch_no);

ALTER TABLE ONLY run
    ADD CONSTRAINT run_pkey PRIMARY KEY (run_id);

ALTER TABLE ONLY seller
    ADD CONSTRAINT seller_code_key UNIQUE (code);

ALTER TABLE ONLY seller
    ADD CONSTRAINT seller_pkey PRIMARY KEY (seller_id);

ALTER TABLE ONLY settlement
    ADD CONSTRAINT settlement_pkey PRIMARY KEY (settlement_id);

ALTER TABLE ONLY settlement
    ADD CONSTRAINT settlement_reverses_once_key UNIQUE (reverses);

ALTER TABLE ONLY subscription_addon
    ADD CONSTRAINT subscription_addon_pkey PRIMARY KEY (subscription_id, slot);

ALTER TABLE ONLY subscription_change
    ADD CONSTRAINT subscription_change_pkey PRIMARY KEY (subscription_change_id);

ALTER TABLE ONLY subscription_discount
    ADD CONSTRAINT subscription_discount_coupon_key UNIQUE (subscription_id, coupon_id);

ALTER TABLE ONLY subscription_discount
    ADD CONSTRAINT subscription_discount_pkey PRIMARY KEY (subscription_id, "position");

ALTER TABLE ONLY subscription
    ADD CONSTRAINT subscription_pkey PRIMARY KEY (subscription_id);

ALTER TABLE ONLY tax_rate
    ADD CONSTRAINT tax_rate_code_key UNIQUE (code);

ALTER TABLE ONLY tax_rate
    ADD CONSTRAINT tax_rate_pkey PRIMARY KEY (tax_rate_id);

ALTER TABLE ONLY tax_rate_version
    ADD CONSTRAINT tax_rate_version_from_key UNIQUE (tax_rate_id, valid_from);

ALTER TABLE ONLY tax_rate_version
    ADD CONSTRAINT tax_rate_version_pkey PRIMARY KEY (tax_rate_version_id);

ALTER TABLE ONLY usage_record
    ADD CONSTRAINT usage_record_pkey PRIMARY KEY (usage_record_id);

ALTER TABLE ONLY webhook_endpoint
    ADD CONSTRAINT webhook_endpoint_pkey PRIMARY KEY (webhook_endpoint_id);

CREATE INDEX api_answer_began_idx ON api_answer USING btree (began_at);

CREATE INDEX api_key_lookup_idx ON api_key USING btree (substr(digest, 1, 8));

CREATE UNIQUE INDEX api_key_name_key ON api_key USING btree (name) WHERE (revoked_at IS NULL);

CREATE INDEX api_token_expires_idx ON api_token USING btree (expires_at);

CREATE INDEX api_token_lookup_idx ON api_token USING btree (substr(digest, 1, 8));

CREATE UNIQUE INDEX approval_open_key ON approval USING btree (seller_id, operation, digest) WHERE ((used_at IS NULL) AND (declined_at IS NULL));

CREATE INDEX attachment_file_idx ON attachment USING btree (file_id);

CREATE INDEX bank_debit_block_idx ON bank_debit USING btree (bank_file_id, block);

CREATE INDEX bank_debit_unbooked_idx ON bank_debit USING btree (bank_file_id, block) WHERE ((booked_on IS NULL) AND (uncollected_on IS NULL));

CREATE INDEX bank_debit_unstated_booking_idx ON bank_debit USING btree (booked_on) WHERE (NOT is_booking_stated);

CREATE INDEX bank_debit_unstated_return_idx ON bank_debit USING btree (returned_on) WHERE (NOT is_return_stated);

CREATE INDEX bank_entry_booking_idx ON bank_entry USING btree (booking_ref, booking_minor);

CREATE INDEX bank_entry_day_idx ON bank_entry USING btree (booked_on, amount_minor);

CREATE INDEX bank_entry_digest_idx ON bank_entry USING btree (digest);

CREATE INDEX bank_entry_open_idx ON bank_entry USING btree (bank_entry_id) WHERE ((payment_id IS NULL) AND (cleared_at IS NULL));

CREATE INDEX bank_entry_paid_account_idx ON bank_entry USING btree ((words[4])) WHERE (payment_id IS NOT NULL);

CREATE INDEX bank_entry_paid_amount_idx ON bank_entry USING btree (amount_minor, booked_on) WHERE (payment_id IS NOT NULL);

CREATE INDEX bank_entry_paid_id_idx ON bank_entry USING btree ((words[2])) WHERE (payment_id IS NOT NULL);

CREATE INDEX bank_entry_ref_idx ON bank_entry USING btree (bank_ref);

CREATE INDEX bank_entry_repaying_idx ON bank_entry USING btree (amount_minor) WHERE (repays IS NOT NULL);

CREATE INDEX bank_entry_unstated_idx ON bank_entry USING btree (booked_on) WHERE (NOT is_stated);

CREATE INDEX chase_step_message_idx ON chase_step USING btree (message_id) WHERE (message_id IS NOT NULL);

CREATE INDEX chase_step_taken_idx ON chase_step USING btree (taken_on);

CREATE UNIQUE INDEX coverage_live_key ON coverage USING btree (subscription_id, slot, span_start) WHERE (released_by IS NULL);

CREATE INDEX coverage_released_idx ON coverage USING btree (subscription_id, slot) WHERE (released_by IS NOT NULL);

CREATE INDEX coverage_run_idx ON coverage USING btree (run_id) WHERE (run_id IS NOT NULL);

CREATE INDEX coverage_zero_idx ON coverage USING btree (subscription_id) WHERE ((reason = 'zero'::text) AND (released_by IS NULL));

CREATE INDEX credit_goodwill_idx ON credit USING btree (customer_id) WHERE ((kind = 'goodwill'::text) AND (used_minor > 0));

CREATE INDEX credit_note_idx ON credit USING btree (credit_note_id) WHERE (credit_note_id IS NOT NULL);

CREATE INDEX credit_open_idx ON credit USING btree (customer_id) WHERE (used_minor < amount_minor);

CREATE INDEX credit_payment_idx ON credit USING btree (payment_id) WHERE (payment_id IS NOT NULL);

CREATE INDEX credit_payout_credit_idx ON credit_payout USING btree (credit_id);

CREATE INDEX credit_payout_refund_idx ON credit_payout USING btree (refund_id) WHERE (refund_id IS NOT NULL);

CREATE UNIQUE INDEX customer_number_key ON customer USING btree (seller_id, number) WHERE (number IS NOT NULL);

CREATE INDEX customer_parent_idx ON customer USING btree (parent_customer_id) WHERE (parent_customer_id IS NOT NULL);

CREATE INDEX event_subject_idx ON event USING btree (subject_kind, subject_id);

CREATE INDEX event_xact_idx ON event USING btree (xact, event_id);

CREATE INDEX gate_finding_open_idx ON gate_finding USING btree (run_id, customer_id) WHERE (released_at IS NULL);

CREATE UNIQUE INDEX hold_open_key ON hold USING btree (customer_id, placed_by) WHERE (released_at IS NULL);

CREATE INDEX invoice_attempt_idx ON invoice USING btree (seller_id, next_payment_attempt_on, invoice_id) WHERE (next_payment_attempt_on IS NOT NULL);

CREATE INDEX invoice_customer_idx ON invoice USING btree (customer_id, invoice_id);

CREATE INDEX invoice_date_idx ON invoice USING btree (invoice_date, invoice_id);

CREATE INDEX invoice_draft_idx ON invoice USING btree (seller_id, invoice_date, customer_id, invoice_id) WHERE (state = 'draft'::text);

CREATE INDEX invoice_metadata_idx ON invoice USING gin (metadata jsonb_path_ops) WHERE (metadata IS NOT NULL);

CREATE INDEX invoice_run_idx ON invoice USING btree (run_id, customer_id);

CREATE INDEX invoice_run_note_idx ON invoice USING btree (run_id, invoice_id) WHERE (kind = 'credit_note'::text);

CREATE INDEX invoice_state_idx ON invoice USING btree (state, invoice_id) WHERE (state <> 'open'::text);

CREATE INDEX invoice_unsettled_idx ON invoice USING btree (invoice_id) WHERE ((state = 'open'::text) AND (settled_minor < (total_minor + rounding_minor)));

CREATE INDEX journal_date_idx ON journal USING btree (entry_date, journal_id);

CREATE INDEX journal_run_idx ON journal USING btree (run_id) WHERE (run_id IS NOT NULL);

CREATE UNIQUE INDEX late_fee_step_key ON late_fee USING btree (invoice_id, step, COALESCE(chasing_cadence_id, (0)::bigint));

CREATE INDEX line_credit_of_idx ON line_credit USING btree (of_invoice_id, of_line_no);

CREATE INDEX message_customer_idx ON message USING btree (customer_id, message_id);

CREATE INDEX message_endpoint_idx ON message USING btree (webhook_endpoint_id, message_id) WHERE ((webhook_endpoint_id IS NOT NULL) AND (state = 'queued'::text));

CREATE UNIQUE INDEX message_event_key ON message USING btree (webhook_endpoint_id, event_id) WHERE (webhook_endpoint_id IS NOT NULL);

CREATE INDEX message_file_file_idx ON message_file USING btree (file_id);

CREATE INDEX message_invoice_idx ON message USING btree (invoice_id) WHERE (invoice_id IS NOT NULL);

CREATE INDEX message_queued_idx ON message USING btree (not_before, message_id) WHERE (state = 'queued'::text);

CREATE INDEX message_trouble_idx ON message USING btree (state, message_id) WHERE (state = ANY (ARRAY['held'::text, 'bounced'::text, 'failed'::text]));

CREATE UNIQUE INDEX payment_attempt_live_key ON payment_attempt USING btree (invoice_id) WHERE (state = ANY (ARRAY['intended'::text, 'pending'::text, 'unknown'::text]));

CREATE INDEX payment_attempt_run_idx ON payment_attempt USING btree (run_id) WHERE (run_id IS NOT NULL);

CREATE INDEX payment_attempt_source_idx ON payment_attempt USING btree (payment_source_id, intended_at);

CREATE INDEX payment_customer_idx ON payment USING btree (customer_id, payment_id);

CREATE UNIQUE INDEX payment_reference_key ON payment USING btree (customer_id, method, reference) WHERE (reference IS NOT NULL);

CREATE UNIQUE INDEX payment_return_open_key ON payment_return USING btree (payment_id) WHERE (state = 'disputed'::text);

CREATE INDEX payment_return_payment_idx ON payment_return USING btree (payment_id);

CREATE UNIQUE INDEX payment_source_current_key ON payment_source USING btree (customer_id) WHERE (removed_at IS NULL);

CREATE INDEX payment_source_key_idx ON payment_source USING btree (gateway, payment_source_key(object, token, mandate));

CREATE INDEX payment_source_mandate_idx ON payment_source USING btree (((mandate ->> 'id'::text))) WHERE (mandate IS NOT NULL);

CREATE UNIQUE INDEX payment_source_same_key ON payment_source USING btree (customer_id, gateway, payment_source_key(object, token, mandate));

CREATE INDEX pending_line_item_invoice_idx ON pending_line_item USING btree (invoice_id) WHERE (invoice_id IS NOT NULL);

CREATE INDEX pending_line_item_waiting_idx ON pending_line_item USING btree (customer_id) WHERE (invoice_id IS NULL);

CREATE INDEX refund_open_idx ON refund USING btree (refund_id) WHERE (state = ANY (ARRAY['intended'::text, 'pending'::text, 'unknown'::text]));

CREATE INDEX refund_payment_idx ON refund USING btree (payment_id);

CREATE INDEX rounding_credit_of_idx ON rounding_credit USING btree (of_invoice_id);

CREATE INDEX run_batch_waiting_idx ON run_batch USING btree (run_id, batch_no) WHERE (NOT done);

CREATE UNIQUE INDEX run_one_open_key ON run USING btree (seller_id, kind) WHERE (state = ANY (ARRAY['pending'::text, 'processing'::text]));

CREATE INDEX settlement_credit_idx ON settlement USING btree (credit_id) WHERE (credit_id IS NOT NULL);

CREATE INDEX settlement_invoice_idx ON settlement USING btree (invoice_id);

CREATE INDEX settlement_note_idx ON settlement USING btree (credit_note_id) WHERE (credit_note_id IS NOT NULL);

CREATE INDEX settlement_payment_idx ON settlement USING btree (payment_id) WHERE (payment_id IS NOT NULL);

CREATE INDEX subscription_change_subscription_idx ON subscription_change USING btree (subscription_id, effective);

CREATE INDEX subscription_customer_idx ON subscription USING btree (customer_id);

CREATE UNIQUE INDEX usage_record_external_key ON usage_record USING btree (external_id) WHERE (external_id IS NOT NULL);

CREATE INDEX usage_record_period_idx ON usage_record USING btree (subscription_id, plan_id, used_on);

CREATE UNIQUE INDEX webhook_endpoint_url_key ON webhook_endpoint USING btree (url) WHERE (removed_at IS NULL);

CREATE TRIGGER approval_names_its_login BEFORE INSERT OR UPDATE ON approval FOR EACH ROW EXECUTE FUNCTION approval_names_its_login();

CREATE TRIGGER approval_rule_stays_strict BEFORE INSERT OR DELETE OR UPDATE ON approval_rule FOR EACH ROW EXECUTE FUNCTION approval_rule_stays_strict();

CREATE TRIGGER billing_cursor_covered_stays BEFORE DELETE ON billing_cursor FOR EACH ROW WHEN ((old.covered_through IS NOT NULL)) EXECUTE FUNCTION refuse_losing_coverage();

CREATE TRIGGER billing_cursor_key_stays BEFORE UPDATE OF subscription_id ON billing_cursor FOR EACH ROW WHEN ((new.subscription_id <> old.subscription_id)) EXECUTE FUNCTION refuse_change_of_key();

CREATE TRIGGER billing_cursor_subscription_exists AFTER INSERT ON billing_cursor REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refers_to_parent('subscription_id', 'subscription', 'subscription_id');

CREATE TRIGGER coverage_deleted AFTER DELETE ON coverage REFERENCING OLD TABLE AS freed FOR EACH STATEMENT EXECUTE FUNCTION coverage_release_moves_cursor();

CREATE TRIGGER coverage_line_stays AFTER DELETE ON invoice_line REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION line_keeps_its_coverage();

CREATE TRIGGER coverage_no_overlap AFTER INSERT ON coverage REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION coverage_refuses_overlap();

CREATE TRIGGER coverage_only_shrinks BEFORE UPDATE ON coverage FOR EACH ROW WHEN (((new.subscription_id <> old.subscription_id) OR (new.slot <> old.slot) OR (new.span_start < old.span_start) OR (new.span_end > old.span_end) OR ((old.released_by IS NOT NULL) AND (new.released_by IS NULL)))) EXECUTE FUNCTION coverage_refuses_stretching();

CREATE TRIGGER coverage_released AFTER UPDATE ON coverage REFERENCING NEW TABLE AS freed FOR EACH STATEMENT EXECUTE FUNCTION coverage_release_moves_cursor();

CREATE TRIGGER currency_key_stays BEFORE UPDATE OF code ON currency FOR EACH ROW WHEN ((new.code <> old.code)) EXECUTE FUNCTION refuse_change_of_key();

CREATE TRIGGER currency_of_customers_stays AFTER DELETE ON currency REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION is_referred_to_by_none('code', 'customer', 'currency');

CREATE TRIGGER currency_stays_whole BEFORE TRUNCATE ON currency FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncating();

CREATE TRIGGER customer_currency_exists AFTER INSERT ON customer REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refers_to_parent('currency', 'currency', 'code');

CREATE TRIGGER customer_delete_waits BEFORE DELETE ON customer FOR EACH STATEMENT EXECUTE FUNCTION wait_for_documents();

CREATE TRIGGER customer_keep_party_version BEFORE UPDATE ON customer FOR EACH ROW WHEN (((((((((((((((old.name IS DISTINCT FROM new.name) OR (old.number IS DISTINCT FROM new.number)) OR (old.email IS DISTINCT FROM new.email)) OR (old.type IS DISTINCT FROM new.type)) OR (old.address1 IS DISTINCT FROM new.address1)) OR (old.address2 IS DISTINCT FROM new.address2)) OR (old.city IS DISTINCT FROM new.city)) OR (old.state IS DISTINCT FROM new.state)) OR (old.postal_code IS DISTINCT FROM new.postal_code)) OR (old.country IS DISTINCT FROM new.country)) OR (old.ship_to IS DISTINCT FROM new.ship_to)) OR (old.language IS DISTINCT FROM new.language)) OR (old.tax_id IS DISTINCT FROM new.tax_id)) OR (old.phone IS DISTINCT FROM new.phone))) EXECUTE FUNCTION keep_party_version('customer');

CREATE TRIGGER customer_key_stays BEFORE UPDATE OF customer_id ON customer FOR EACH ROW WHEN ((new.customer_id <> old.customer_id)) EXECUTE FUNCTION refuse_change_of_key();

CREATE TRIGGER customer_other_currency_exists AFTER UPDATE ON customer FOR EACH ROW WHEN ((new.currency IS DISTINCT FROM old.currency)) EXECUTE FUNCTION refers_to_parent('currency', 'currency', 'code');

CREATE TRIGGER customer_other_retry_policy_exists AFTER UPDATE ON customer FOR EACH ROW WHEN ((new.retry_policy_id IS DISTINCT FROM old.retry_policy_id)) EXECUTE FUNCTION refers_to_parent('retry_policy_id', 'retry_policy', 'retry_policy_id');

CREATE TRIGGER customer_other_seller_exists AFTER UPDATE ON customer FOR EACH ROW WHEN ((new.seller_id <> old.seller_id)) EXECUTE FUNCTION refers_to_parent('seller_id', 'seller', 'seller_id');

CREATE TRIGGER customer_retry_policy_exists AFTER INSERT ON customer REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refers_to_parent('retry_policy_id', 'retry_policy', 'retry_policy_id');

CREATE TRIGGER customer_seller_exists AFTER INSERT ON customer REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refers_to_parent('seller_id', 'seller', 'seller_id');

CREATE TRIGGER customer_stays_whole BEFORE TRUNCATE ON customer FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncating();

CREATE TRIGGER customer_with_documents_stays AFTER DELETE ON customer REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION customer_keeps_its_documents();

CREATE TRIGGER customer_with_subscriptions_stays AFTER DELETE ON customer REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION is_referred_to_by_none('customer_id', 'subscription', 'customer_id');

CREATE TRIGGER event_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();

CREATE TRIGGER invoice_customer_exists AFTER INSERT ON invoice REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refers_to_customer();

CREATE TRIGGER invoice_deleted_last AFTER DELETE ON invoice REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION invoice_keeps_its_parts();

CREATE TRIGGER invoice_discount_invoice_exists AFTER INSERT ON invoice_discount REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION part_refers_to_invoice();

CREATE TRIGGER invoice_discount_key_stays BEFORE UPDATE OF invoice_id ON invoice_discount FOR EACH ROW WHEN ((new.invoice_id <> old.invoice_id)) EXECUTE FUNCTION refuse_change_of_key();

CREATE TRIGGER invoice_discount_stays AFTER DELETE ON invoice_discount REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION posted_parts_stay();

CREATE TRIGGER invoice_figures_stay BEFORE UPDATE OF kind, subscription_id, currency, invoice_date, due_date, payment_terms, subtotal_minor, discount_minor, tax_minor, total_minor, rounding_minor, early_discount_until, early_discount_minor, seller_party_version, customer_party_version, created_at ON invoice FOR EACH ROW WHEN ((old.state <> 'draft'::text)) EXECUTE FUNCTION posted_figures_stay();

CREATE TRIGGER invoice_key_stays BEFORE UPDATE OF invoice_id, seller_id, customer_id, run_id ON invoice FOR EACH ROW WHEN (((new.invoice_id <> old.invoice_id) OR (new.seller_id <> old.seller_id) OR (new.customer_id <> old.customer_id) OR (new.run_id IS DISTINCT FROM old.run_id))) EXECUTE FUNCTION refuse_change_of_key();

CREATE TRIGGER invoice_line_invoice_exists AFTER INSERT ON invoice_line REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION part_refers_to_invoice();

CREATE TRIGGER invoice_line_key_stays BEFORE UPDATE OF invoice_id, line_no ON invoice_line FOR EACH ROW WHEN (((new.invoice_id <> old.invoice_id) OR (new.line_no <> old.line_no))) EXECUTE FUNCTION refuse_change_of_key();

CREATE TRIGGER invoice_line_stays AFTER DELETE ON invoice_line REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION posted_parts_stay();

CREATE TRIGGER invoice_number_invoice_exists AFTER INSERT ON invoice_number REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION part_refers_to_invoice();

CREATE TRIGGER invoice_number_key_stays BEFORE UPDATE ON invoice_number FOR EACH ROW EXECUTE FUNCTION refuse_change_of_key();

CREATE TRIGGER invoice_number_series_exists AFTER INSERT ON invoice_number REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION invoice_number_refers_to_series();

CREATE TRIGGER invoice_numbered_figures_stay BEFORE UPDATE OF kind, run_id, subscription_id, currency, invoice_date, subtotal_minor, discount_minor, tax_minor, total_minor, rounding_minor ON invoice FOR EACH ROW WHEN (((old.state = 'draft'::text) AND (old.run_id IS NOT NULL) AND ((((((((((old.kind IS DISTINCT FROM new.kind) OR (old.run_id IS DISTINCT FROM new.run_id)) OR (old.subscription_id IS DISTINCT FROM new.subscription_id)) OR (old.currency IS DISTINCT FROM new.currency)) OR (old.invoice_date IS DISTINCT FROM new.invoice_date)) OR (old.subtotal_minor IS DISTINCT FROM new.subtotal_minor)) OR (old.discount_minor IS DISTINCT FROM new.discount_minor)) OR (old.tax_minor IS DISTINCT FROM new.tax_minor)) OR (old.total_minor IS DISTINCT FROM new.total_minor)) OR (old.rounding_minor IS DISTINCT FROM new.rounding_minor)))) EXECUTE FUNCTION numbered_figures_stay();

CREATE TRIGGER invoice_seller_run_exist AFTER INSERT ON invoice REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION invoice_refers_to_something();

CREATE TRIGGER invoice_tax_invoice_exists AFTER INSERT ON invoice_tax REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION part_refers_to_invoice();

CREATE TRIGGER invoice_tax_key_stays BEFORE UPDATE OF invoice_id ON invoice_tax FOR EACH ROW WHEN ((new.invoice_id <> old.invoice_id)) EXECUTE FUNCTION refuse_change_of_key();

CREATE TRIGGER invoice_tax_stays AFTER DELETE ON invoice_tax REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION posted_parts_stay();

CREATE TRIGGER invoice_unposting_is_told AFTER UPDATE OF state ON invoice FOR EACH ROW WHEN (((old.state <> 'draft'::text) AND (new.state = 'draft'::text))) EXECUTE FUNCTION unposting_is_told();

CREATE TRIGGER journal_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();

CREATE TRIGGER journal_balanced AFTER INSERT ON journal_line REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION journal_refuses_imbalance();

CREATE TRIGGER journal_books_open BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION journal_refuses_closed_books();

CREATE TRIGGER journal_line_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON journal_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();

CREATE TRIGGER late_fee_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON late_fee FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();

CREATE TRIGGER number_series_stays BEFORE DELETE ON number_series FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_key();

CREATE TRIGGER payment_source_comes_back AFTER UPDATE ON payment_source REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION charge_new_sources();

CREATE TRIGGER payment_source_starts_anew AFTER INSERT ON payment_source REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION charge_new_sources();

CREATE TRIGGER plan_key_stays BEFORE UPDATE OF plan_id ON plan FOR EACH ROW WHEN ((new.plan_id <> old.plan_id)) EXECUTE FUNCTION refuse_change_of_key();

CREATE TRIGGER plan_of_subscriptions_stays AFTER DELETE ON plan REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION is_referred_to_by_none('plan_id', 'subscription', 'plan_id', 'subscription_addon', 'plan_id');

CREATE TRIGGER plan_stays_whole BEFORE TRUNCATE ON plan FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncating();

CREATE TRIGGER retry_policy_key_stays BEFORE UPDATE OF retry_policy_id ON retry_policy FOR EACH ROW WHEN ((new.retry_policy_id <> old.retry_policy_id)) EXECUTE FUNCTION refuse_change_of_key();

CREATE TRIGGER retry_policy_of_customers_stays AFTER DELETE ON retry_policy REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION is_referred_to_by_none('retry_policy_id', 'customer', 'retry_policy_id');

CREATE TRIGGER retry_policy_stays_whole BEFORE TRUNCATE ON retry_policy FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncating();

CREATE TRIGGER run_account_key_stays BEFORE UPDATE OF run_id, customer_id ON run_account FOR EACH ROW WHEN (((new.run_id <> old.run_id) OR (new.customer_id <> old.customer_id))) EXECUTE FUNCTION refuse_change_of_key();

CREATE TRIGGER run_account_run_exists AFTER INSERT ON run_account REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION run_account_refers_to_run();

CREATE TRIGGER run_stays BEFORE DELETE ON run FOR EACH ROW WHEN ((old.kind <> 'dry'::text)) EXECUTE FUNCTION refuse_change_of_key();

CREATE TRIGGER seller_keep_party_version BEFORE UPDATE ON seller FOR EACH ROW WHEN ((((((old.name IS DISTINCT FROM new.name) OR (old.address IS DISTINCT FROM new.address)) OR (old.country IS DISTINCT FROM new.country)) OR (old.tax_id IS DISTINCT FROM new.tax_id)) OR (old.email IS DISTINCT FROM new.email))) EXECUTE FUNCTION keep_party_version('seller');

CREATE TRIGGER seller_key_stays BEFORE UPDATE OF seller_id ON seller FOR EACH ROW WHEN ((new.seller_id <> old.seller_id)) EXECUTE FUNCTION refuse_change_of_key();

CREATE TRIGGER seller_of_customers_stays AFTER DELETE ON seller REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION is_referred_to_by_none('seller_id', 'customer', 'seller_id');

CREATE TRIGGER seller_recognition_stays BEFORE UPDATE OF revenue_recognition ON seller FOR EACH ROW WHEN ((new.revenue_recognition <> old.revenue_recognition)) EXECUTE FUNCTION seller_keeps_its_recognition();

CREATE TRIGGER seller_stays_whole BEFORE TRUNCATE ON seller FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncating();

CREATE TRIGGER settlement_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON settlement FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();

CREATE TRIGGER subscription_addon_deleted AFTER DELETE ON subscription_addon REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION look_at_subscriptions_again();

CREATE TRIGGER subscription_addon_inserted AFTER INSERT ON subscription_addon REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION look_at_subscriptions_again();

CREATE TRIGGER subscription_addon_other_plan_exists AFTER UPDATE ON subscription_addon FOR EACH ROW WHEN ((new.plan_id <> old.plan_id)) EXECUTE FUNCTION refers_to_parent('plan_id', 'plan', 'plan_id');

CREATE TRIGGER subscription_addon_other_subscription_exists AFTER UPDATE ON subscription_addon FOR EACH ROW WHEN ((new.subscription_id <> old.subscription_id)) EXECUTE FUNCTION refers_to_parent('subscription_id', 'subscription', 'subscription_id');

CREATE TRIGGER subscription_addon_plan_exists AFTER INSERT ON subscription_addon REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refers_to_parent('plan_id', 'plan', 'plan_id');

CREATE TRIGGER subscription_addon_subscription_exists AFTER INSERT ON subscription_addon REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refers_to_parent('subscription_id', 'subscription', 'subscription_id');

CREATE TRIGGER subscription_addon_updated AFTER UPDATE ON subscription_addon REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION look_at_subscriptions_again();

CREATE TRIGGER subscription_cancels BEFORE INSERT OR UPDATE ON subscription FOR EACH ROW WHEN ((new.cancel_at_period_end AND (new.canceled_at IS NULL))) EXECUTE FUNCTION resolve_cancel_at_period_end();

CREATE TRIGGER subscription_change_deleted AFTER DELETE ON subscription_change REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION look_at_subscriptions_again();

CREATE TRIGGER subscription_change_edited BEFORE UPDATE OF subscription_id, effective, plan_id, quantity, amount, addons, paused, prorate ON subscription_change FOR EACH ROW EXECUTE FUNCTION subscription_change_stays();

CREATE TRIGGER subscription_change_inserted AFTER INSERT ON subscription_change REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION look_at_subscriptions_again();

CREATE TRIGGER subscription_change_withdrawn BEFORE DELETE ON subscription_change FOR EACH ROW EXECUTE FUNCTION subscription_change_stays();

CREATE TRIGGER subscription_customer_exists AFTER INSERT ON subscription REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refers_to_parent('customer_id', 'customer', 'customer_id');

CREATE TRIGGER subscription_discount_inserted AFTER INSERT ON subscription_discount REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION look_at_subscriptions_again();

CREATE TRIGGER subscription_inserted AFTER INSERT ON subscription REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION look_at_new_subscriptions();

CREATE TRIGGER subscription_key_stays BEFORE UPDATE OF subscription_id ON subscription FOR EACH ROW WHEN ((new.subscription_id <> old.subscription_id)) EXECUTE FUNCTION refuse_change_of_key();

CREATE TRIGGER subscription_other_customer_exists AFTER UPDATE ON subscription FOR EACH ROW WHEN ((new.customer_id <> old.customer_id)) EXECUTE FUNCTION refers_to_parent('customer_id', 'customer', 'customer_id');

CREATE TRIGGER subscription_other_plan_exists AFTER UPDATE ON subscription FOR EACH ROW WHEN ((new.plan_id <> old.plan_id)) EXECUTE FUNCTION refers_to_parent('plan_id', 'plan', 'plan_id');

CREATE TRIGGER subscription_plan_exists AFTER INSERT ON subscription REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refers_to_parent('plan_id', 'plan', 'plan_id');

CREATE TRIGGER subscription_stays_whole BEFORE TRUNCATE ON subscription FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncating();

CREATE TRIGGER subscription_takes_its_parts AFTER DELETE ON subscription REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION subscription_takes_its_parts();

CREATE TRIGGER subscription_updated AFTER UPDATE ON subscription REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION look_at_subscriptions();

CREATE TRIGGER usage_record_corrected_from AFTER UPDATE ON usage_record REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION usage_comes_in();

CREATE TRIGGER usage_record_corrected_to AFTER UPDATE ON usage_record REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION usage_comes_in();

CREATE TRIGGER usage_record_deleted AFTER DELETE ON usage_record REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION usage_comes_in();

CREATE TRIGGER usage_record_inserted AFTER INSERT ON usage_record REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION usage_comes_in();

ALTER TABLE ONLY api_answer
    ADD CONSTRAINT api_answer_key_fkey FOREIGN KEY (api_key_id) REFERENCES api_key(api_key_id);

ALTER TABLE ONLY api_token
    ADD CONSTRAINT api_token_key_fkey FOREIGN KEY (api_key_id) REFERENCES api_key(api_key_id);

ALTER TABLE ONLY approval_rule
    ADD CONSTRAINT approval_rule_seller_fkey FOREIGN KEY (seller_id) REFERENCES seller(seller_id);

ALTER TABLE ONLY approval
    ADD CONSTRAINT approval_seller_fkey FOREIGN KEY (seller_id) REFERENCES seller(seller_id);

ALTER TABLE ONLY attachment
    ADD CONSTRAINT attachment_file_fkey FOREIGN KEY (file_id) REFERENCES file(file_id);

ALTER TABLE ONLY attachment
    ADD CONSTRAINT attachment_invoice_fkey FOREIGN KEY (invoice_id) REFERENCES invoice(invoice_id);

ALTER TABLE ONLY bank_block
    ADD CONSTRAINT bank_block_file_fkey FOREIGN KEY (bank_file_id) REFERENCES bank_file(bank_file_id);

ALTER TABLE ONLY bank_debit
    ADD CONSTRAINT bank_debit_attempt_fkey FOREIGN KEY (payment_attempt_id) REFERENCES payment_attempt(payment_attempt_id);

ALTER TABLE ONLY bank_debit
    ADD CONSTRAINT bank_debit_block_fkey FOREIGN KEY (bank_file_id, block) REFERENCES bank_block(bank_file_id, block);

ALTER TABLE ONLY bank_entry
    ADD CONSTRAINT bank_entry_payment_fkey FOREIGN KEY (payment_id) REFERENCES payment(payment_id);

ALTER TABLE ONLY bank_file
    ADD CONSTRAINT bank_file_seller_fkey FOREIGN KEY (seller_id) REFERENCES seller(seller_id);

ALTER TABLE ONLY bounced_address
    ADD CONSTRAINT bounced_address_message_fkey FOREIGN KEY (message_id) REFERENCES message(message_id);

ALTER TABLE ONLY chase_step
    ADD CONSTRAINT chase_step_cadence_fkey FOREIGN KEY (chasing_cadence_id) REFERENCES chasing_cadence(chasing_cadence_id);

ALTER TABLE ONLY chase_step
    ADD CONSTRAINT chase_step_invoice_fkey FOREIGN KEY (invoice_id) REFERENCES invoice(invoice_id);

ALTER TABLE ONLY chase_step
    ADD CONSTRAINT chase_step_message_fkey FOREIGN KEY (message_id) REFERENCES message(message_id);

ALTER TABLE ONLY coupon
    ADD CONSTRAINT coupon_currency_fkey FOREIGN KEY (currency) REFERENCES currency(code);

ALTER TABLE ONLY credit
    ADD CONSTRAINT credit_credit_note_fkey FOREIGN KEY (credit_note_id) REFERENCES invoice(invoice_id);

ALTER TABLE ONLY credit
    ADD CONSTRAINT credit_currency_fkey FOREIGN KEY (currency) REFERENCES currency(code);

ALTER TABLE ONLY credit
    ADD CONSTRAINT credit_customer_fkey FOREIGN KEY (customer_id) REFERENCES customer(customer_id);

ALTER TABLE ONLY credit
    ADD CONSTRAINT credit_payment_fkey FOREIGN KEY (payment_id) REFERENCES payment(payment_id);

ALTER TABLE ONLY credit_payout
    ADD CONSTRAINT credit_payout_credit_fkey FOREIGN KEY (credit_id) REFERENCES credit(credit_id);

ALTER TABLE ONLY credit_payout
    ADD CONSTRAINT credit_payout_note_fkey FOREIGN KEY (credit_note_id) REFERENCES invoice(invoice_id);

ALTER TABLE ONLY credit_payout
    ADD CONSTRAINT credit_payout_refund_fkey FOREIGN KEY (refund_id) REFERENCES refund(refund_id);

ALTER TABLE ONLY credit_payout
    ADD CONSTRAINT credit_payout_return_fkey FOREIGN KEY (payment_return_id) REFERENCES payment_return(payment_return_id);

ALTER TABLE ONLY customer
    ADD CONSTRAINT customer_parent_fkey FOREIGN KEY (seller_id, parent_customer_id) REFERENCES customer(seller_id, customer_id);

ALTER TABLE ONLY gate_finding
    ADD CONSTRAINT gate_finding_customer_fkey FOREIGN KEY (customer_id) REFERENCES customer(customer_id);

ALTER TABLE ONLY gate_finding
    ADD CONSTRAINT gate_finding_run_fkey FOREIGN KEY (run_id) REFERENCES run(run_id);

ALTER TABLE ONLY hold
    ADD CONSTRAINT hold_customer_fkey FOREIGN KEY (customer_id) REFERENCES customer(customer_id);

ALTER TABLE ONLY hold
    ADD CONSTRAINT hold_first_run_fkey FOREIGN KEY (first_run_id) REFERENCES run(run_id);

ALTER TABLE ONLY hold
    ADD CONSTRAINT hold_last_run_fkey FOREIGN KEY (last_run_id) REFERENCES run(run_id);

ALTER TABLE ONLY invoice_discount
    ADD CONSTRAINT invoice_discount_coupon_fkey FOREIGN KEY (coupon_id) REFERENCES coupon(coupon_id);

ALTER TABLE ONLY invoice_discount
    ADD CONSTRAINT invoice_discount_credit_fkey FOREIGN KEY (credit_id) REFERENCES credit(credit_id);

ALTER TABLE ONLY invoice_request
    ADD CONSTRAINT invoice_request_invoice_fkey FOREIGN KEY (invoice_id) REFERENCES invoice(invoice_id);

ALTER TABLE ONLY invoice_request
    ADD CONSTRAINT invoice_request_seller_fkey FOREIGN KEY (seller_id) REFERENCES seller(seller_id);

ALTER TABLE ONLY item
    ADD CONSTRAINT item_currency_fkey FOREIGN KEY (currency) REFERENCES currency(code);

ALTER TABLE ONLY item_price
    ADD CONSTRAINT item_price_item_fkey FOREIGN KEY (item_id) REFERENCES item(item_id);

ALTER TABLE ONLY journal
    ADD CONSTRAINT journal_invoice_fkey FOREIGN KEY (invoice_id) REFERENCES invoice(invoice_id);

ALTER TABLE ONLY journal_line
    ADD CONSTRAINT journal_line_account_fkey FOREIGN KEY (account_code) REFERENCES ledger_account(code);

ALTER TABLE ONLY journal_line
    ADD CONSTRAINT journal_line_journal_fkey FOREIGN KEY (journal_id) REFERENCES journal(journal_id);

ALTER TABLE ONLY journal
    ADD CONSTRAINT journal_run_fkey FOREIGN KEY (run_id) REFERENCES run(run_id);

ALTER TABLE ONLY journal
    ADD CONSTRAINT journal_seller_fkey FOREIGN KEY (seller_id) REFERENCES seller(seller_id);

ALTER TABLE ONLY late_fee
    ADD CONSTRAINT late_fee_document_fkey FOREIGN KEY (fee_invoice_id) REFERENCES invoice(invoice_id);

ALTER TABLE ONLY late_fee
    ADD CONSTRAINT late_fee_invoice_fkey FOREIGN KEY (invoice_id) REFERENCES invoice(invoice_id);

ALTER TABLE ONLY late_usage
    ADD CONSTRAINT late_usage_line_fkey FOREIGN KEY (invoice_id, line_no) REFERENCES invoice_line(invoice_id, line_no);

ALTER TABLE ONLY line_credit
    ADD CONSTRAINT line_credit_line_fkey FOREIGN KEY (invoice_id, line_no) REFERENCES invoice_line(invoice_id, line_no);

ALTER TABLE ONLY line_credit
    ADD CONSTRAINT line_credit_of_fkey FOREIGN KEY (of_invoice_id, of_line_no) REFERENCES invoice_line(invoice_id, line_no);

ALTER TABLE ONLY line_credit_tax
    ADD CONSTRAINT line_credit_tax_line_fkey FOREIGN KEY (invoice_id, line_no) REFERENCES line_credit(invoice_id, line_no);

ALTER TABLE ONLY line_credit_tax
    ADD CONSTRAINT line_credit_tax_tax_fkey FOREIGN KEY (invoice_id, tax_no) REFERENCES invoice_tax(invoice_id, tax_no);

ALTER TABLE ONLY manifest_account
    ADD CONSTRAINT manifest_account_run_fkey FOREIGN KEY (run_id) REFERENCES run(run_id);

ALTER TABLE ONLY message
    ADD CONSTRAINT message_customer_fkey FOREIGN KEY (customer_id) REFERENCES customer(customer_id);

ALTER TABLE ONLY message
    ADD CONSTRAINT message_endpoint_fkey FOREIGN KEY (webhook_endpoint_id) REFERENCES webhook_endpoint(webhook_endpoint_id);

ALTER TABLE ONLY message
    ADD CONSTRAINT message_event_fkey FOREIGN KEY (event_id) REFERENCES event(event_id);

ALTER TABLE ONLY message_file
    ADD CONSTRAINT message_file_file_fkey FOREIGN KEY (file_id) REFERENCES file(file_id);

ALTER TABLE ONLY message_file
    ADD CONSTRAINT message_file_message_fkey FOREIGN KEY (message_id) REFERENCES message(message_id);

ALTER TABLE ONLY message
    ADD CONSTRAINT message_invoice_fkey FOREIGN KEY (invoice_id) REFERENCES invoice(invoice_id);

ALTER TABLE ONLY number_series
    ADD CONSTRAINT number_series_seller_fkey FOREIGN KEY (seller_id) REFERENCES seller(seller_id);

ALTER TABLE ONLY payment_attempt
    ADD CONSTRAINT payment_attempt_invoice_fkey FOREIGN KEY (invoice_id) REFERENCES invoice(invoice_id);

ALTER TABLE ONLY payment_attempt
    ADD CONSTRAINT payment_attempt_source_fkey FOREIGN KEY (payment_source_id) REFERENCES payment_source(payment_source_id);

ALTER TABLE ONLY payment
    ADD CONSTRAINT payment_currency_fkey FOREIGN KEY (currency) REFERENCES currency(code);

ALTER TABLE ONLY payment
    ADD CONSTRAINT payment_customer_fkey FOREIGN KEY (customer_id) REFERENCES customer(customer_id);

ALTER TABLE ONLY payment
    ADD CONSTRAINT payment_of_attempt_fkey FOREIGN KEY (payment_attempt_id) REFERENCES payment_attempt(payment_attempt_id);

ALTER TABLE ONLY payment_return
    ADD CONSTRAINT payment_return_payment_fkey FOREIGN KEY (payment_id) REFERENCES payment(payment_id);

ALTER TABLE ONLY payment_source
    ADD CONSTRAINT payment_source_customer_fkey FOREIGN KEY (customer_id) REFERENCES customer(customer_id);

ALTER TABLE ONLY payment
    ADD CONSTRAINT payment_source_fkey FOREIGN KEY (payment_source_id) REFERENCES payment_source(payment_source_id);

ALTER TABLE ONLY pending_line_item
    ADD CONSTRAINT pending_line_item_currency_fkey FOREIGN KEY (currency) REFERENCES currency(code);

ALTER TABLE ONLY pending_line_item
    ADD CONSTRAINT pending_line_item_customer_fkey FOREIGN KEY (customer_id) REFERENCES customer(customer_id);

ALTER TABLE ONLY pending_line_item
    ADD CONSTRAINT pending_line_item_invoice_fkey FOREIGN KEY (invoice_id, line_no) REFERENCES invoice_line(invoice_id, line_no);

ALTER TABLE ONLY pending_line_item
    ADD CONSTRAINT pending_line_item_item_fkey FOREIGN KEY (item_id) REFERENCES item(item_id);

ALTER TABLE ONLY plan
    ADD CONSTRAINT plan_currency_fkey FOREIGN KEY (currency) REFERENCES currency(code);

ALTER TABLE ONLY plan
    ADD CONSTRAINT plan_item_fkey FOREIGN KEY (item_id) REFERENCES item(item_id);

ALTER TABLE ONLY price
    ADD CONSTRAINT price_plan_fkey FOREIGN KEY (plan_id) REFERENCES plan(plan_id);

ALTER TABLE ONLY refund
    ADD CONSTRAINT refund_payment_fkey FOREIGN KEY (payment_id) REFERENCES payment(payment_id);

ALTER TABLE ONLY rounding_credit
    ADD CONSTRAINT rounding_credit_invoice_fkey FOREIGN KEY (invoice_id) REFERENCES invoice(invoice_id);

ALTER TABLE ONLY rounding_credit
    ADD CONSTRAINT rounding_credit_of_fkey FOREIGN KEY (of_invoice_id) REFERENCES invoice(invoice_id);

ALTER TABLE ONLY run_batch
    ADD CONSTRAINT run_batch_run_fkey FOREIGN KEY (run_id) REFERENCES run(run_id);

ALTER TABLE ONLY run
    ADD CONSTRAINT run_seller_fkey FOREIGN KEY (seller_id) REFERENCES seller(seller_id);

ALTER TABLE ONLY seller
    ADD CONSTRAINT seller_currency_fkey FOREIGN KEY (currency) REFERENCES currency(code);

ALTER TABLE ONLY settlement
    ADD CONSTRAINT settlement_credit_fkey FOREIGN KEY (credit_id) REFERENCES credit(credit_id);

ALTER TABLE ONLY settlement
    ADD CONSTRAINT settlement_credit_note_fkey FOREIGN KEY (credit_note_id) REFERENCES invoice(invoice_id);

ALTER TABLE ONLY settlement
    ADD CONSTRAINT settlement_invoice_fkey FOREIGN KEY (invoice_id) REFERENCES invoice(invoice_id);

ALTER TABLE ONLY settlement
    ADD CONSTRAINT settlement_payment_fkey FOREIGN KEY (payment_id) REFERENCES payment(payment_id);

ALTER TABLE ONLY settlement
    ADD CONSTRAINT settlement_reverses_fkey FOREIGN KEY (reverses) REFERENCES settlement(settlement_id);

ALTER TABLE ONLY subscription_change
    ADD CONSTRAINT subscription_change_plan_fkey FOREIGN KEY (plan_id) REFERENCES plan(plan_id);

ALTER TABLE ONLY subscription_change
    ADD CONSTRAINT subscription_change_subscription_fkey FOREIGN KEY (subscription_id) REFERENCES subscription(subscription_id);

ALTER TABLE ONLY subscription_discount
    ADD CONSTRAINT subscription_discount_coupon_fkey FOREIGN KEY (coupon_id) REFERENCES coupon(coupon_id);

ALTER TABLE ONLY subscription_discount
    ADD CONSTRAINT subscription_discount_subscription_fkey FOREIGN KEY (subscription_id) REFERENCES subscription(subscription_id) ON DELETE CASCADE;

ALTER TABLE ONLY tax_rate
    ADD CONSTRAINT tax_rate_currency_fkey FOREIGN KEY (currency) REFERENCES currency(code);

ALTER TABLE ONLY tax_rate_version
    ADD CONSTRAINT tax_rate_version_tax_rate_fkey FOREIGN KEY (tax_rate_id) REFERENCES tax_rate(tax_rate_id);

ALTER TABLE ONLY usage_record
    ADD CONSTRAINT usage_record_plan_fkey FOREIGN KEY (plan_id) REFERENCES plan(plan_id);

ALTER TABLE ONLY usage_record
    ADD CONSTRAINT usage_record_subscription_fkey FOREIGN KEY (subscription_id) REFERENCES subscription(subscription_id);
