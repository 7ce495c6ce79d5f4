-- Makes the staging tables and readers of imports, which stay with the session. A script, not a
-- statement. The tables keep their rows until they are emptied: a session stages many small imports
-- one after the other, and to have tables emptied by each commit costs more than to use them.

-- The lines of all files, counted from 1 over all of them.
create temp table import_line (
  line   integer not null,
  doc    jsonb not null,
  object text generated always as (doc ->> 'object') stored
);

-- Lines whose fields are not what they should be, or that come twice: they are not read on.
create temp table import_refused (line integer not null, object text, doc jsonb);

-- Lines that the server could not read as JSON when they came in bulk, looked at one by one.
create temp table import_text (line integer not null, content bytea not null);

-- Objects within a line: add-ons, tiers and the like, each with its path in the line; null where
-- something else stands.
create temp table import_part (
  line     integer not null,
  object   text not null,
  path     text not null,
  position bigint not null,
  doc      jsonb
);

-- What is wrong: field|what was expected there|the object that the field names, if it names one.
create temp table import_error (line integer not null, fault text not null);

-- What each object may hold; part is the kind of the objects within.
create temp table import_field (
  object   text not null,
  field    text not null,
  type     text not null,
  required boolean not null,
  part     text
);

-- The objects that a line may be, and the fields by which one is known.
create temp table import_object (object text not null, keys text[] not null);

create temp table import_type (
  type       text not null,
  json_types text[] not null,
  expected   text not null
);

-- Lines with the same fields of the same JSON types are looked at as one.
create temp table import_shape (
  object text,
  keys   text[] not null,
  types  jsonb not null,
  lines  bigint not null
);

create temp table import_seller (
  line integer not null, id text, known bigint, name text, country text, currency text,
  digits integer, time_zone text, address jsonb, tax_id text, email text, number_format text,
  credit_note_format text, fiscal_year_start text, rounding_mode text, tax_rounding text,
  cash_increment numeric, cash_methods jsonb, zero_invoices text, tax_point text,
  credit_lines text, tax_registrations jsonb, unchecked_tax_ids text, closes boolean not null,
  closed_through date, send_invoices text
);

create temp table import_tax_rate (
  line integer not null, id text, known bigint, name text, value numeric,
  is_percent boolean not null, inclusive boolean not null, compound boolean not null,
  currency text, digits integer, country text, state text, postal_code text, tax_category text,
  valid_from date, valid_until date
);

create temp table import_coupon (
  line integer not null, id text, known bigint, name text, value numeric,
  is_percent boolean not null, currency text, digits integer, exclusive boolean not null,
  expires boolean not null, expiration_date date, max_redemptions numeric, duration_cycles numeric
);

create temp table import_item (
  line integer not null, id text, known bigint, name text, unit_cost numeric, currency text,
  digits integer, valid_from date, type text, description text, taxable boolean not null,
  discountable boolean not null, taxes jsonb not null, tax_category text
);

create temp table import_plan (
  line integer not null, id text, known bigint, name text, currency text, digits integer,
  interval text, interval_count numeric, valid_from date, pricing_mode text, amount numeric,
  tiers jsonb, package_size numeric, included_quantity numeric, minimum_amount numeric,
  quantity_type text, aggregation text, catalog_item text, item_id bigint,
  taxable boolean not null, discountable boolean not null, tax_category text
);

create temp table import_retry_policy (
  line integer not null, id text, known bigint, days jsonb not null, hours jsonb not null,
  pay_days jsonb not null, max_attempts numeric, window_days numeric, country text,
  after_last text, business_days_only boolean not null, decline_classes jsonb not null
);

create temp table import_holiday (line integer not null, country text, date date);

create temp table import_chasing_cadence (
  line integer not null, id text, business_days_only boolean not null, quiet_hours jsonb,
  combine boolean not null, steps jsonb not null
);

create temp table import_customer (
  line integer not null, id bigint, known boolean not null, seller text, seller_id bigint,
  zone text, digits integer, name text, number text, email text, type text, address1 text,
  address2 text, city text, state text, postal_code text, country text, ship_to jsonb,
  currency text, language text, time_zone text, phone text, tax_id text,
  checks_tax_id boolean not null, tax_id_checked_at timestamptz, taxable boolean not null,
  tax_exempt_reason text, taxes jsonb not null, autopay boolean not null,
  autopay_delay_days numeric, payment_terms text, chase boolean not null, chasing_cadence text,
  retry_policy text, retry_policy_id bigint, parent_customer numeric, bill_parent boolean not null,
  consolidated boolean not null, batch text, purchase_order text, credit_balance numeric,
  metadata jsonb not null, source text not null
);

create temp table import_payment_source (
  line integer not null, customer_id bigint not null, source_id bigint, is_same boolean not null,
  object text, gateway text, token text, brand text, last4 text, exp_month numeric,
  exp_year numeric, mandate jsonb
);

create temp table import_subscription (
  line integer not null, id bigint, known boolean not null, customer_id bigint, zone text,
  plan text, plan_id bigint, currency text, customer_currency text, interval text,
  pricing_mode text, starts jsonb, start_date date, quantity numeric, amount numeric,
  addons jsonb not null, discounts jsonb not null, taxes jsonb not null, bill_in text,
  bill_in_advance_days numeric, snap_to_nth_day numeric, anchor_day numeric, trial_ends jsonb,
  trial_end date, cycles numeric, cancels jsonb, canceled_at date,
  cancel_at_period_end boolean not null, prorate_cancel boolean not null, paused boolean not null,
  contract_renewal_cycles numeric, contract_renewal_mode text, migrates jsonb,
  migrated_through date, metadata jsonb not null, covered boolean not null default false,
  addons_differ boolean not null default false, discounts_differ boolean not null default false
);

-- Add-ons of subscriptions and of changes, by the line they stand in.
create temp table import_addon (
  line integer not null, path text not null, slot bigint not null, plan text, plan_id bigint,
  currency text, pricing_mode text, quantity numeric, amount numeric, description text
);

create temp table import_discount (
  line integer not null, subscription_id bigint, position bigint not null, code jsonb not null,
  coupon_id bigint, currency text, exclusive boolean, cycles_used integer, attached_on date
);

create temp table import_subscription_change (
  line integer not null, subscription_id bigint, start_date date, currency text, effective date,
  plan text, plan_id bigint, plan_currency text, quantity numeric, amount numeric, addons jsonb,
  paused boolean, prorate boolean not null
);
create index on import_subscription_change (subscription_id);

create temp table import_usage_record (
  line integer not null, id text, known boolean not null, subscription_id bigint, start_date date,
  plan text, plan_id bigint, plans bigint, quantity numeric, used_at timestamptz, used_on date
);

create temp table import_pending_line_item (
  line integer not null, customer_id bigint, currency text, catalog_item text, item_id bigint,
  item_currency text, type text, name text, description text, quantity numeric, unit_cost numeric,
  discountable boolean not null, taxable boolean not null, tax_category text,
  discounts jsonb not null, taxes jsonb not null, metadata jsonb not null, added_on date
);

create temp table import_payment (
  line integer not null, is_named boolean not null, customers bigint[] not null,
  allowed bigint[] not null, amount numeric, currency text, digits integer, day jsonb, method text,
  reference text, customer_id bigint, owners bigint, today date, closed_through date,
  received_on date, payment_id bigint, is_same boolean
);

-- The invoices that payments are for: those that each name, or word of a reference, may mean.
create temp table import_payment_invoice (
  line integer not null, position bigint not null, field text not null, name text, amount numeric,
  invoices bigint[] not null
);

create temp table import_credit (
  line integer not null, customer_id bigint, amount numeric, currency text, digits integer,
  kind text, expires boolean not null, expires_on date, granted_on date
);

create temp table import_invoice (
  line integer not null, id bigint, customer_id bigint, seller_id bigint, seller text, zone text,
  currency text, digits integer, name text, number text, autopay boolean not null,
  payment_terms text, dates jsonb, date date, due_dates jsonb, due_date date,
  draft boolean not null, closed boolean not null, chase boolean not null, notes text,
  discounts jsonb not null, taxes jsonb not null, metadata jsonb not null,
  attachments jsonb not null, disabled_payment_methods jsonb not null, source text, today date
);

create temp table import_invoice_item (
  line integer not null, position bigint not null, catalog_item text, item_id bigint,
  item_currency text, type text, name text, description text, quantity numeric, unit_cost numeric,
  discountable boolean not null, taxable boolean not null, tax_category text,
  discounts jsonb not null, taxes jsonb not null, metadata jsonb not null
);

-- What the numbers of a format look like: a regular expression.
create or replace function pg_temp.import_number_pattern(format text, seller text) returns text
language sql immutable as $$
  select '^' || replace(replace(replace(
    regexp_replace(regexp_replace(regexp_replace(
      format, '([].^$*+?()|[\\-])', '\\\1', 'g'), '\{seq:0*([0-9]+)\}', '[0-9]{\1,}', 'g'),
      '\{seq\}', '[0-9]+', 'g'),
    '{year}', '[0-9]{4}'), '{month}', '[0-9]{2}'),
    '{seller}', regexp_replace(seller, '([].^$*+?(){}|[\\-])', '\\\1', 'g')) || '$'
$$;

-- The place in its series of a number that fits a format in which all but {seq} is filled in.
create or replace function pg_temp.import_number_seq(number text, format text) returns numeric
language sql immutable as $$
  select substr(number, strpos(format, '{seq') , length(number) - length(format)
    + length(substring(format from '\{seq[^}]*\}')))::numeric
$$;

-- Whether a text is one line as people see it: no line end, no control character, and none that
-- turns the direction of writing.
create or replace function pg_temp.import_is_line(value text) returns boolean
language sql immutable as $$
  select value !~ '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]'
$$;

-- A positive whole number as a key; null for any other.
create or replace function pg_temp.import_id(value numeric) returns bigint
language sql immutable as $$
  select case when value between 1 and 9223372036854775807 and scale(value) = 0
         then value::bigint end
$$;

-- Whether a text is an ISO 3166 code of a country (with Kosovo and Northern Ireland): a mistyped
-- one would turn taxes off.
create or replace function pg_temp.import_is_country(code text) returns boolean
language sql immutable as $$
  select code ~ '^[A-Z]{2}$' and position(code in
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO '
    || 'BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE '
    || 'DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM '
    || 'GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO '
    || 'JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF '
    || 'MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR '
    || 'NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE '
    || 'SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR '
    || 'TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW XK XI') > 0
$$;

-- Whether it is {"amount": 3.85}, of a currency with so many digits; a null there knows no limit.
create or replace function pg_temp.import_is_amount(value jsonb, digits integer) returns boolean
language sql immutable as $$
  select case when value - 'amount' = '{}' and jsonb_typeof(value -> 'amount') = 'number'
    then (value -> 'amount')::numeric between 0 and 1e15
      and coalesce(scale(trim_scale((value -> 'amount')::numeric)) <= digits, true)
    else false end
$$;

-- Where a list of taxes names one that stands before it too, within the price there and on top of
-- it here or the other way round: the place from 1, null for nowhere. Two rates are one tax where
-- country, state, postal code, category and the newest percentage are the same.
create or replace function pg_temp.import_tax_clash(taxes jsonb) returns bigint
language sql stable as $$
  with named as (
    select tax.position, t.inclusive, newest.value,
           case when t.country is not null
             then jsonb_build_array(t.country, t.state, t.postal_code, t.tax_category) end as place
    from jsonb_array_elements(taxes) with ordinality tax (code, position)
    join tax_rate t on jsonb_typeof(tax.code) = 'string' and t.code = tax.code #>> '{}'
    cross join lateral (select v.value from tax_rate_version v where v.tax_rate_id = t.tax_rate_id
      order by v.valid_from desc limit 1) newest
    where t.is_percent
  )
  select min(here.position)
  from named here
  join named before on before.position < here.position and before.inclusive <> here.inclusive
    and before.value = here.value and before.place is not distinct from here.place
$$;

-- The day that a text like 2026-12-31 or a UNIX timestamp means in a time zone; null for any other
-- value, and for days outside 1900-01-01..9999-12-31.
create or replace function pg_temp.import_day(value jsonb, zone text) returns date
language sql stable as $$
  select case jsonb_typeof(value)
    when 'string' then
      case when value #>> '{}'
          ~ '^(19|[2-9][0-9])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'
        and (right(value #>> '{}', 2) <= '28'
          or right(value #>> '{}', 2)::integer <= extract(day from
            (left(value #>> '{}', 8) || '01')::date + interval '1 month' - interval '1 day'))
      then (value #>> '{}')::date end
    when 'number' then
      case when value::numeric between -2208902400 and 253402214400
      then (to_timestamp(value::numeric) at time zone zone)::date end
  end
$$;

-- The JSON value of a line; null when the line is none, with the server's word for it in reason.
create or replace function pg_temp.import_json(content bytea, out doc jsonb, out reason text)
language plpgsql as $$
begin
  doc := convert_from(content, 'UTF8')::jsonb;
exception when others then
  get stacked diagnostics reason = pg_exception_detail;
  if reason = '' then reason := sqlerrm; end if;
end $$;

-- What an account's number looks like, which tells a source that a bank debits by file.
create or replace function pg_temp.import_iban_pattern() returns text
language sql immutable
as $$ select '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$' $$;

-- Whether the check digits of an account's number are right (ISO 7064, MOD 97-10).
create or replace function pg_temp.import_is_iban(iban text) returns boolean
language sql immutable
as $$
  select string_agg(case when letter ~ '[0-9]' then letter else (ascii(letter) - 55)::text end, ''
    order by place)::numeric % 97 = 1
  from string_to_table(substr(iban, 5) || left(iban, 4), null) with ordinality as l (letter, place)
$$;

-- What is wrong with the mandate of an account, a fault a line.
create or replace function pg_temp.import_mandate_faults(mandate jsonb) returns text
language sql stable
as $$
  select nullif(concat_ws(E'\n',
    case when not coalesce(jsonb_typeof(mandate -> 'id') = 'string'
        and mandate ->> 'id' ~ '^[A-Za-z0-9+?/:().,''-]{1,35}$'
        and mandate ->> 'id' !~ '^/|//|/$', false)
      then '.mandate.id|1 to 35 letters, digits and signs that banks take' end,
    case when not coalesce(jsonb_typeof(mandate -> 'signed_on') = 'string'
        and pg_temp.import_day(mandate -> 'signed_on', 'UTC') is not null, false)
      then '.mandate.signed_on|a day ("2026-12-31")' end,
    case when not (coalesce(mandate ->> 'scheme', 'core') in ('core', 'b2b'))
      then '.mandate.scheme|core or b2b' end,
    case when not (coalesce(mandate ->> 'notice_days', '14') ~ '^([0-9]|[1-8][0-9]|90)$')
      then '.mandate.notice_days|a whole number from 0 to 90' end,
    case when not (coalesce(mandate ->> 'sequence', 'RCUR') in ('FRST', 'RCUR', 'FNAL', 'OOFF'))
      then '.mandate.sequence|FRST, RCUR, FNAL or OOFF' end,
    case when not (coalesce(mandate ->> 'bic', 'AAAADEFF')
        ~ '^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$')
      then '.mandate.bic|a BIC of 8 or 11 places' end,
    (select string_agg('.mandate.' || k.key || '|no field of this name in mandate', E'\n')
      from jsonb_object_keys(mandate) k (key)
      where k.key not in ('id', 'signed_on', 'scheme', 'notice_days', 'sequence', 'bic'))), '')
  where mandate is not null
$$;
