-- What is sold and at which rates: published prices and rates are superseded from a day on,
-- never edited.

create table tax_rate (
  tax_rate_id  bigint generated always as identity,
  code         text not null,
  name         text not null,
  is_percent   boolean not null default true,
  inclusive    boolean not null default false,
  compound     boolean not null default false,
  currency     char(3),
  country      text,
  state        text,
  postal_code  text,
  tax_category text,
  constraint tax_rate_pkey primary key (tax_rate_id),
  constraint tax_rate_code_key unique (code),
  constraint tax_rate_fixed_has_currency check (is_percent or currency is not null)
);
comment on table tax_rate is
  'A tax by name and jurisdiction; its value stands in tax_rate_version.';
comment on column tax_rate.code is
  'The id by which import files, customers and subscriptions name the rate.';
comment on column tax_rate.country is
  'With state, postal_code and tax_category: the seller''s rule by which the rate applies by '
  'itself; null matches all. A rate without country applies only where it is named.';
comment on column tax_rate.postal_code is 'A prefix.';

create table tax_rate_version (
  tax_rate_version_id bigint generated always as identity,
  tax_rate_id bigint not null,
  value       numeric not null,
  valid_from  date not null default '-infinity',
  valid_until date not null default 'infinity',
  constraint tax_rate_version_pkey primary key (tax_rate_version_id),
  constraint tax_rate_version_tax_rate_fkey foreign key (tax_rate_id) references tax_rate,
  constraint tax_rate_version_from_key unique (tax_rate_id, valid_from),
  constraint tax_rate_version_value_not_negative
    check (value between 0 and 1e15 and scale(value) <= 12
    and (value <= 1e5 or scale(value) <= 3)),
  constraint tax_rate_version_days_ordered check (valid_from < valid_until)
);
comment on table tax_rate_version is
  'The value of a tax rate on the days [valid_from, valid_until); a later valid_from supersedes '
  'an earlier one.';
comment on column tax_rate_version.value is
  'Per cent (7.25), or an amount in major units of the rate''s currency where it is not a '
  'percentage.';

create table coupon (
  coupon_id       bigint generated always as identity,
  code            text not null,
  name            text not null,
  value           numeric not null,
  is_percent      boolean not null default true,
  currency        char(3),
  exclusive       boolean not null default false,
  expiration_date date,
  max_redemptions integer not null default 0,
  redemptions     integer not null default 0,
  duration_cycles integer,
  constraint coupon_pkey primary key (coupon_id),
  constraint coupon_code_key unique (code),
  constraint coupon_value_not_negative check (value between 0 and 1e15 and scale(value) <= 12),
  constraint coupon_percent_at_most_hundred check (not is_percent or value <= 100),
  constraint coupon_fixed_has_currency check (is_percent or currency is not null),
  constraint coupon_redemptions_within
    check (redemptions >= 0 and (max_redemptions = 0 or redemptions <= max_redemptions)),
  constraint coupon_duration_positive check (duration_cycles > 0)
);
comment on table coupon is
  'A discount that can be attached: per cent or a fixed amount, for some cycles or for ever.';
comment on column coupon.value is 'Per cent, or an amount in major units of the currency.';
comment on column coupon.max_redemptions is 'Attachments allowed, 0 for any number (RULES 0.9).';
comment on column coupon.expiration_date is
  'Last day; compared with the start of a period, never with the day of a run.';

create table item (
  item_id      bigint generated always as identity,
  code         text not null,
  name         text not null,
  currency     char(3) not null,
  type         text not null default 'product',
  description  text,
  taxable      boolean not null default true,
  discountable boolean not null default true,
  taxes        text[] not null default '{}',
  tax_category text,
  constraint item_pkey primary key (item_id),
  constraint item_code_key unique (code)
);
comment on table item is 'A catalog item: something that is sold once.';

create table item_price (
  item_price_id bigint generated always as identity,
  item_id    bigint not null,
  unit_cost  numeric not null,
  valid_from date not null default '-infinity',
  constraint item_price_pkey primary key (item_price_id),
  constraint item_price_item_fkey foreign key (item_id) references item,
  constraint item_price_from_key unique (item_id, valid_from),
  constraint item_price_unit_cost_places check (scale(unit_cost) <= 12 and abs(unit_cost) <= 1e15)
);
comment on table item_price is 'The unit cost of an item from a day on.';
comment on column item_price.unit_cost is 'Major units of the item''s currency, up to 12 places.';

create table plan (
  plan_id        bigint generated always as identity,
  code           text not null,
  name           text not null,
  currency       char(3) not null,
  interval       text not null,
  interval_count integer not null default 1,
  quantity_type  text not null default 'constant',
  aggregation    text not null default 'sum',
  item_id        bigint,
  taxable        boolean not null default true,
  discountable   boolean not null default true,
  tax_category   text,
  constraint plan_pkey primary key (plan_id),
  constraint plan_code_key unique (code),
  constraint plan_item_fkey foreign key (item_id) references item,
  constraint plan_interval_known check (interval in ('day', 'week', 'month', 'year')),
  constraint plan_interval_count_range check (interval_count between 1 and 1000),
  constraint plan_quantity_type_known check (quantity_type in ('constant', 'usage')),
  constraint plan_aggregation_known check (aggregation in ('sum', 'max', 'last', 'unique'))
);
comment on table plan is
  'What recurs: its interval and how its quantity is found. Its price stands in price.';

-- Whether tiers cover every quantity above zero once: rising bounds, no end of the last one alone
-- (RULES 1.9). A min_qty only has to fit: after 50 come 50 or 51.
create function price_tiers_sound(tiers jsonb, pricing_mode text) returns boolean
language sql immutable as $$
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
comment on function price_tiers_sound(jsonb, text) is
  'Whether tiers have neither hole nor overlap, rise, and end with one that has no end.';

create table price (
  price_id      bigint generated always as identity,
  plan_id       bigint not null,
  valid_from    date not null default '-infinity',
  pricing_mode  text not null default 'per_unit',
  amount        numeric,
  tiers         jsonb,
  package_size  numeric,
  included_quantity numeric not null default 0,
  minimum_amount numeric,
  constraint price_pkey primary key (price_id),
  constraint price_plan_fkey foreign key (plan_id) references plan,
  constraint price_from_key unique (plan_id, valid_from),
  constraint price_mode_known
    check (pricing_mode in ('per_unit', 'flat', 'volume', 'tiered', 'package', 'stairstep',
      'percentage', 'custom')),
  constraint price_amount_where_needed
    check ((amount is not null) = (pricing_mode in ('per_unit', 'flat', 'package', 'percentage'))),
  constraint price_tiers_where_needed
    check ((tiers is not null) = (pricing_mode in ('volume', 'tiered', 'stairstep'))),
  constraint price_tiers_sound check (tiers is null or price_tiers_sound(tiers, pricing_mode)),
  constraint price_package_size_where_needed
    check ((package_size is not null) = (pricing_mode = 'package')),
  constraint price_places
    check (coalesce(scale(amount), 0) <= 12 and coalesce(scale(package_size), 0) <= 12
      and scale(included_quantity) <= 12 and coalesce(scale(minimum_amount), 0) <= 12),
  -- One absurd price must not keep a run from reading the catalog.
  constraint price_within
    check (abs(amount) <= 1e15 and package_size <= 1e15 and included_quantity <= 1e15
      and minimum_amount <= 1e15),
  constraint price_quantities_sound
    check (package_size > 0 and included_quantity >= 0 and minimum_amount >= 0)
);
comment on table price is
  'A published price of a plan from a day on; a period is priced by the version of its first day '
  '(RULES 5).';
comment on column price.amount is
  'Major units of the plan''s currency, up to 12 places; per cent for pricing_mode percentage.';
comment on column price.tiers is
  '[{"max_qty":50,"unit_cost":100,"flat_cost":0}, …]; the last tier has no max_qty. Tier k covers '
  '(max of k-1, max of k].';
