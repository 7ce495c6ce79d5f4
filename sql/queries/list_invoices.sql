-- Documents by filter: what a table for people shows, and the Invoice object as JSON where it is
-- wanted.
-- Filters, null for all: $1 id bigint, $2 kind text, $3 customer bigint, $4 number text,
-- $5 status text, $6 state text, $7 run bigint, $8 start date, $9 end date (both inclusive, of the
-- invoice date), $10 metadata jsonb.
-- $11 sort text: date, due_date, number, customer, total or balance, null for id;
-- $12 descending boolean
-- $13 after bigint: only beyond this id, in the order of ids; $14 limit bigint, null for all
-- $15 moment timestamptz: whose day in the seller's zone decides what is past due
-- $16 json boolean: whether the object is made; $17 expand boolean: with the customer as an object
-- Out: invoice_id, customer_id, subscription_id, run_id bigint, kind, customer_name, number,
-- status, state text, invoice_date, due_date date, payment_terms, currency text, digits smallint,
-- and bigint in minor units: subtotal, discounts, taxes, total, rounding, settled, balance; object
-- json.
-- A draft shows the number that it is to get, where it was given one.
-- Index: invoice_pkey; by filter invoice_customer_idx, invoice_run_idx, invoice_number_number_key.
select d.invoice_id, d.customer_id, d.subscription_id, d.run_id, d.kind, d.customer_name, d.number,
  d.status, d.state, d.invoice_date, coalesce(d.amended_due_date, d.due_date) as due_date,
  coalesce(d.amended_payment_terms, d.payment_terms) as payment_terms,
  d.currency::text as currency,
  d.digits, d.subtotal_minor as subtotal, d.discount_minor as discounts, d.tax_minor as taxes,
  d.total_minor as total, d.rounding_minor as rounding, d.settled_minor as settled,
  d.balance_minor as balance,
  case when d.rounding_minor = 0 and d.state <> 'draft' then o.object
    else (left(o.object::text, -1) || case when d.rounding_minor = 0 then '' else
        format(', "rounding" : %s', trim_scale(d.rounding_minor * d.minor_unit)) end
      || case when d.state <> 'draft' then '' else
        format(', "credits_proposed" : %s', trim_scale(d.minor_unit * least(
          d.total_minor, (select coalesce(sum(c.amount_minor - c.used_minor), 0) from credit c
            where c.customer_id = d.customer_id and c.currency = d.currency
              and c.kind <> 'goodwill' and d.kind = 'invoice' and c.used_minor < c.amount_minor
              and coalesce(c.expires_on >= d.invoice_date, true))))) end || '}')::json
    end as object
from (
  select i.*, coalesce(n.number, q.number) as number, s.code as seller, s.time_zone, u.digits,
    u.minor_unit,
    k.name as customer_name, k.ship_to, k.party_version as current_party_version,
    invoice_status(i, ($15::timestamptz at time zone s.time_zone)::date, pending.is_pending)
      as status,
    case when i.state in ('voided', 'canceled') then 0
         else i.total_minor + i.rounding_minor - i.settled_minor end as balance_minor
  from invoice i
  join seller s on s.seller_id = i.seller_id
  join customer k on k.customer_id = i.customer_id
  join currency u on u.code = i.currency
  left join invoice_number n on n.invoice_id = i.invoice_id
  left join invoice_request q on q.invoice_id = i.invoice_id and i.state = 'draft'
  cross join lateral (select exists (
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
      or invoice_status(i, ($15::timestamptz at time zone s.time_zone)::date, pending.is_pending)
        = $5)
    and ($6::text is null or i.state = $6)
    and ($7::bigint is null or i.run_id = $7)
    and ($8::date is null or i.invoice_date >= $8)
    and ($9::date is null or i.invoice_date <= $9)
    and ($10::jsonb is null or i.metadata @> $10)
    and ($13::bigint is null
      or case when $12::boolean then i.invoice_id < $13 else i.invoice_id > $13 end)
  order by
    case $11::text
      when 'date' then i.invoice_date - date '1970-01-01'
      when 'due_date' then coalesce(i.amended_due_date, i.due_date) - date '1970-01-01'
      when 'number' then n.number_series_id * 1000000000000 + n.seq
      when 'customer' then i.customer_id
      when 'total' then i.total_minor
      when 'balance' then i.total_minor + i.rounding_minor - i.settled_minor
    end * case when $12::boolean then -1 else 1 end,
    case when $12::boolean then null else i.invoice_id end,
    case when $12::boolean then i.invoice_id end desc
  limit $14
) d
left join lateral (
  select json_build_object(
    'id', d.invoice_id,
    'object', d.kind,
    'customer', case when $17::boolean then (
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
      extract(epoch from d.next_chase_on::timestamp at time zone d.time_zone)::bigint,
    'autopay', d.autopay,
    'attempt_count', d.attempt_count,
    'next_payment_attempt',
      extract(epoch from d.next_payment_attempt_on::timestamp at time zone d.time_zone)::bigint,
    'subscription', d.subscription_id,
    'number', d.number,
    'date', extract(epoch from d.invoice_date::timestamp at time zone d.time_zone)::bigint,
    'due_date', extract(epoch from coalesce(d.amended_due_date, d.due_date)::timestamp
      at time zone d.time_zone)::bigint,
    'payment_terms', coalesce(d.amended_payment_terms, d.payment_terms),
    'items', coalesce((
      -- A key that only some have (plan; category and rounding below) is spliced in:
      -- json_build_object always writes its keys.
      select json_agg((left(json_build_object(
          'id', l.invoice_id * 1000000 + l.line_no,
          'object', 'line_item',
          'catalog_item', t.code,
          'type', case when p.code is not null then 'plan'
                       else coalesce(l.pricing ->> 'type', t.type) end,
          'name', coalesce(l.name, p.name, t.name),
          'description', l.description,
          'quantity', trim_scale(l.quantity),
          'unit_cost', trim_scale(l.unit_cost),
          'amount', trim_scale(l.amount_minor * d.minor_unit),
          'discountable', l.discountable,
          'discounts', case when l.discount_minor = 0 then '[]'::json else coalesce((
            select json_agg(json_build_object(
              'id', x.invoice_id * 1000000 + x.discount_no, 'object', 'discount',
              'amount', trim_scale(x.amount_minor * d.minor_unit),
              'coupon', (select json_build_object('id', c.code, 'object', 'coupon', 'name', c.name,
                'value', trim_scale(c.value), 'is_percent', c.is_percent, 'currency', c.currency)
                from coupon c
                where c.coupon_id = x.coupon_id),
              'expires', extract(epoch from x.expires::timestamp at time zone d.time_zone)::bigint)
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
          order by l.line_no)
      from invoice_line l
      left join price q on q.price_id = l.price_id
      left join plan p on p.plan_id = q.plan_id
      left join item t on t.item_id = l.item_id
      where l.invoice_id = d.invoice_id), '[]'),
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
        'expires', extract(epoch from x.expires::timestamp at time zone d.time_zone)::bigint)
          order by x.discount_no)
      from invoice_discount x
      where x.invoice_id = d.invoice_id and x.line_no is null), '[]') end,
    'taxes', coalesce((
      select json_agg((left(json_build_object(
        'id', x.invoice_id * 1000000 + x.tax_no, 'object', 'tax',
        'amount', trim_scale(x.amount_minor * d.minor_unit),
        'tax_rate', case when r.code is not null
          then json_build_object('id', r.code, 'object', 'tax_rate', 'name', r.name,
            'value', trim_scale(v.value), 'is_percent', r.is_percent, 'inclusive', r.inclusive)
          end,
        'inclusive', x.inclusive)::text, -1)
        || case when x.category in ('AE', 'O')
          then format(', "category" : "%s", "reason" : %s}', rtrim(x.category), to_json(x.reason))
          else '}' end)::json order by x.tax_no)
      from invoice_tax x
      left join tax_rate_version v on v.tax_rate_version_id = x.tax_rate_version_id
      left join tax_rate r on r.tax_rate_id = v.tax_rate_id
      where x.invoice_id = d.invoice_id
        and (x.amount_minor <> 0 or x.tax_rate_version_id is not null
          or x.category in ('AE', 'O'))), '[]'),
    'total', trim_scale(d.total_minor * d.minor_unit),
    'balance', trim_scale(d.balance_minor * d.minor_unit),
    'url', null,
    'payment_url', null,
    'pdf_url', null,
    'created_at', extract(epoch from d.created_at)::bigint,
    'metadata', coalesce(d.metadata, '{}'),
    'state', d.state,
    'run', d.run_id,
    'seller', d.seller,
    'credits_applied', trim_scale(d.credits_applied_minor * d.minor_unit),
    'updated_at', extract(epoch from coalesce(d.updated_at, d.created_at))::bigint,
    'purchase_order', d.purchase_order,
    'ship_to', case when d.customer_party_version = d.current_party_version then d.ship_to
      else (select v.party -> 'ship_to' from party_version v
            where v.party_kind = 'customer' and v.party_id = d.customer_id
              and v.version = d.customer_party_version) end) as object
  where $16::boolean
) o on true;
