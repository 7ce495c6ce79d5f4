-- A document as lists and single views show it.

create type shown_invoice as (
  invoice_id bigint, customer_id bigint, subscription_id bigint, run_id bigint, kind text,
  customer_name text, number text, status text, state text, was_sent boolean, invoice_date date,
  due_date date, payment_terms text, currency text, digits smallint, subtotal bigint,
  discounts bigint, taxes bigint, total bigint, rounding bigint, settled bigint, balance bigint,
  object json, link_version integer
);

-- The row of a document, and its Invoice object as JSON where it is wanted. The limits keep what is
-- made of several parts from being made anew wherever it is used.
create function invoice_rows(document bigint, moment timestamptz, with_object boolean,
  expand boolean)
returns setof shown_invoice language sql stable rows 1 as $$
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

-- The same of one document, planned once a session: to plan it takes ten times as long as to do it.
-- Left to itself PostgreSQL may plan it each time, where tables have grown since it planned first.
create function invoice_row(document bigint, moment timestamptz, with_object boolean,
  expand boolean)
returns setof shown_invoice language plpgsql stable rows 1
set plan_cache_mode = force_generic_plan as $$
begin
  return query select * from invoice_rows(document, moment, with_object, expand);
end
$$;
