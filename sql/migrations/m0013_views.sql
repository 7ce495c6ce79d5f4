-- What people read in psql, in major units (12.34). These views are a stable contract: columns are
-- added, never renamed or removed. The program reads the tables.

-- By credit, too: what a disputed payment was too much paid for something else.
create view disputed_invoice as
select t.invoice_id
from payment_return r
join settlement t on t.payment_id = r.payment_id and t.kind = 'payment'
where r.state = 'disputed' and t.reverses is null
  and not exists (select from settlement b where b.reverses = t.settlement_id)
union all
select t.invoice_id
from payment_return r
join credit c on c.payment_id = r.payment_id
join settlement t on t.credit_id = c.credit_id and t.kind = 'credit'
where r.state = 'disputed' and t.reverses is null
  and not exists (select from settlement b where b.reverses = t.settlement_id);
comment on view disputed_invoice is
  'Invoices that a payment settles, or a part of them, which is disputed now: nobody charges or '
  'chases them, and no late fee is taken (RULES 3). Can have one twice.';

-- For one invoice, or a page of them. Where no dispute is open, nothing is looked at. In PL/pgSQL,
-- which plans it once a session: a function in SQL is planned by each statement that calls it.
create function invoice_is_disputed(of_invoice bigint) returns boolean
language plpgsql stable as $$
begin
  return exists (select from payment_return r where r.state = 'disputed')
    and exists (select from disputed_invoice d where d.invoice_id = of_invoice);
end
$$;
comment on function invoice_is_disputed(bigint) is
  'Whether a payment that settles the invoice, or a part of it, is disputed now.';

-- Why an open invoice is not chased; null where it is, but for a promise, whose day passes. Looks
-- nothing up itself: PostgreSQL inlines it, and a query over all invoices asks for sets.
create function chasing_obstacle(i invoice, is_charging boolean, is_disputed boolean) returns text
language sql stable as $$
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
comment on function chasing_obstacle(invoice, boolean, boolean) is
  'Why an invoice is not chased, null where it is: a promise puts it off and ends by itself.';

-- A charge on its way, or to come, may still fail.
create view remindable_invoice as
select i.invoice_id
from invoice i
join seller s on s.seller_id = i.seller_id
where coalesce(chasing_obstacle(i, false,
    i.invoice_id in (select d.invoice_id from disputed_invoice d)), 'autopay') = 'autopay'
  and (i.promised_on is null or i.promised_on < (now() at time zone s.time_zone)::date);
comment on view remindable_invoice is
  'Invoices that a reminder in the outbox may still speak of: not paid, closed, disputed or '
  'promised since it was queued.';

-- Sees past_due from the given day; first match wins (RULES 6). The one place that knows the order:
-- the views and the program's lists both call it, and PostgreSQL inlines it.
create function invoice_status(i invoice, today date, payment_pending boolean) returns text
language sql stable as $$
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
comment on function invoice_status(invoice, date, boolean) is
  'The status of an invoice as seen on a day of its seller. AutoPay without a due date is past '
  'due from its first failed attempt (RULES 3).';

create view invoices as
select i.invoice_id as id, n.number, i.kind, s.code as seller, i.customer_id as customer,
  c.name as customer_name,
  i.subscription_id as subscription, i.run_id as run, i.state,
  invoice_status(i, (now() at time zone s.time_zone)::date, exists (
    select from payment_attempt a
    where a.invoice_id = i.invoice_id and a.state in ('intended', 'pending', 'unknown'))) as status,
  i.invoice_date as date, coalesce(i.amended_due_date, i.due_date) as due_date,
  coalesce(i.amended_payment_terms, i.payment_terms) as payment_terms, i.autopay, i.currency,
  i.subtotal_minor * u.minor_unit as subtotal, i.discount_minor * u.minor_unit as discounts,
  i.tax_minor * u.minor_unit as taxes, i.total_minor * u.minor_unit as total,
  i.credits_applied_minor * u.minor_unit as credits_applied,
  case when i.state in ('voided', 'canceled') then 0
       when i.kind = 'credit_note' and i.state <> 'draft' then (
         select coalesce(sum(o.amount_minor - o.used_minor), 0) from credit o
         where o.credit_note_id = i.invoice_id)
       else i.total_minor + i.rounding_minor - i.settled_minor end * u.minor_unit as balance,
  i.created_at
from invoice i
join seller s on s.seller_id = i.seller_id
join customer c on c.customer_id = i.customer_id
join currency u on u.code = i.currency
left join invoice_number n on n.invoice_id = i.invoice_id;
comment on view invoices is
  'Invoices and credit notes in major units, with status as of now in the seller''s zone. Stable: '
  'columns are only added.';
comment on column invoices.balance is
  'What is still owed, of a draft what would be; of a credit note what is left of it as credit; 0 '
  'for what was voided or canceled.';

-- What a run did with each payer: the lines of a manifest, as a dry run writes them. Put together
-- as text: the functions that build JSON take three times as long.
create view run_manifest as
select a.run_id, a.customer_id,
  concat('{"object":"account","customer":', a.customer_id, ',"outcome":"', a.outcome, '"',
    ',"reason":"' || a.reason || '"', ',"inputs":"', encode(a.inputs, 'hex'),
    '","outputs":"', encode(a.outputs, 'hex'), '"', ',"documents":[' || (
      select string_agg(concat('{"kind":"', i.kind, '","currency":"', i.currency,
          '","subtotal":', i.subtotal_minor * u.minor_unit,
          ',"discounts":', i.discount_minor * u.minor_unit,
          ',"taxes":', i.tax_minor * u.minor_unit, ',"total":', i.total_minor * u.minor_unit,
          ',"lines":[', (
            select string_agg(concat('{"kind":"', l.kind, '"',
                ',"subscription":' || l.subscription_id, ',"slot":' || l.slot,
                ',"item":' || to_json(coalesce(p.code, t.code, l.name)),
                ',"start":"' || l.period_start || '"', ',"end":"' || l.period_end || '"',
                case when l.pricing ? 'of_days' then ',"part":true' end,
                ',"quantity":', l.quantity, ',"unit_cost":', l.unit_cost,
                ',"amount":', l.amount_minor * u.minor_unit,
                ',"discount":', (l.discount_minor + l.invoice_discount_minor) * u.minor_unit, '}'),
              ',' order by l.line_no)
            from invoice_line l
            left join price r on r.price_id = l.price_id
            left join plan p on p.plan_id = r.plan_id
            left join item t on t.item_id = l.item_id
            where l.invoice_id = i.invoice_id), '],"tax":[', (
            select string_agg(concat('{"category":"', trim(x.category), '"',
                ',"percent":' || x.percent, case when x.inclusive then ',"inclusive":true' end,
                ',"amount":', x.amount_minor * u.minor_unit, '}'), ',' order by x.tax_no)
            from invoice_tax x
            where x.invoice_id = i.invoice_id), ']}'), ',' order by i.invoice_id)
      from invoice i
      -- Joined, the currencies are read and hashed anew for each payer.
      cross join lateral (select (
          (select jsonb_object_agg(e.code, e.minor_unit) from currency e) ->> i.currency
        )::numeric as minor_unit offset 0) u
      where i.run_id = a.run_id and i.customer_id = a.customer_id) || ']', '}') as entry
from run_account a;
comment on view run_manifest is
  'The payers of a run with their documents as one JSON text each: what a manifest has, and what '
  'two runs are compared by.';

create view invoice_lines as
select l.invoice_id as invoice, l.line_no as line, n.number, i.customer_id as customer, l.kind,
  l.subscription_id as subscription, p.code as plan, t.code as catalog_item,
  coalesce(l.name, p.name, t.name) as name, l.description, l.quantity, l.unit_cost, i.currency,
  l.amount_minor * u.minor_unit as amount, l.discount_minor * u.minor_unit as line_discount,
  l.invoice_discount_minor * u.minor_unit as invoice_discount, l.net_minor * u.minor_unit as net,
  l.period_start, l.period_end, l.tax_date
from invoice_line l
join invoice i on i.invoice_id = l.invoice_id
join currency u on u.code = i.currency
left join invoice_number n on n.invoice_id = l.invoice_id
left join price r on r.price_id = l.price_id
left join plan p on p.plan_id = r.plan_id
left join item t on t.item_id = l.item_id;
comment on view invoice_lines is
  'The lines of all documents in major units. Stable: columns are only added.';
comment on column invoice_lines.net is 'After discounts and without inclusive taxes: the tax base.';
comment on column invoice_lines.period_end is 'Exclusive.';

create view receivables as
select i.invoice_id as invoice, n.number, s.code as seller, i.customer_id as customer,
  c.name as customer_name,
  i.invoice_date as date,
  coalesce(i.amended_due_date, i.due_date, i.invoice_date) as due_date,
  greatest((now() at time zone s.time_zone)::date
    - coalesce(i.amended_due_date, i.due_date, i.invoice_date), 0) as days_past_due,
  i.currency, (i.total_minor + i.rounding_minor - i.settled_minor) * u.minor_unit as balance
from invoice i
join seller s on s.seller_id = i.seller_id
join customer c on c.customer_id = i.customer_id
join currency u on u.code = i.currency
left join invoice_number n on n.invoice_id = i.invoice_id
where i.kind = 'invoice' and i.state = 'open'
  and i.settled_minor < i.total_minor + i.rounding_minor;
comment on view receivables is
  'Open invoices with what is owed on each in major units; AutoPay is aged from the invoice date. '
  'Stable: columns are only added.';

create view open_credits as
select d.credit_id as credit, s.code as seller, d.customer_id as customer, c.name as customer_name,
  d.kind, d.currency,
  d.amount_minor * u.minor_unit as amount,
  (d.amount_minor - d.used_minor) * u.minor_unit as remaining,
  d.granted_on, d.expires_on
from credit d
join customer c on c.customer_id = d.customer_id
join seller s on s.seller_id = c.seller_id
join currency u on u.code = d.currency
where d.used_minor < d.amount_minor;
comment on view open_credits is
  'What customers have open with us in major units: money, credit notes, goodwill. Stable: '
  'columns are only added.';

-- The line item objects of a document, whose amounts have this minor unit and whose seller is in
-- this time zone. A key that only some have (plan) is spliced in: json_build_object always writes
-- its keys. Whoever calls it reads on as if the text stood there.
create function line_item_objects(document bigint, minor_unit numeric, time_zone text)
returns table (line_no integer, object json) language sql stable as $$
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
$$;

-- For whom something may be due up to a day, and about how many periods. billing_cursor is read
-- whole: it is narrow. Whoever calls it reads on as if the text stood there.
create function due_payers(
  seller bigint, last_day date, customers bigint[], groups text[], currencies text[],
  plans text[], with_held boolean)
returns table (customer_id bigint, periods integer) language sql stable as $$
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
$$;
comment on function due_payers is
  'Payers of a seller that a run up to a day looks at; customers (payers or not), groups, '
  'currencies and plans are null for all. Held ones are looked at again by each run of everybody.';

-- The documents that a filter finds. The planner puts it in the place of its call, so that it finds
-- the indexes, an order and a limit around it.
-- $1 id, $2 kind, $3 customer, $4 number, $5 status, $6 state, $7 run, $8 first and $9 last invoice
-- date, $10 a condition on the metadata, nulls for all; $11 the moment whose day in the seller's
-- zone decides what is past due.
create function matching_invoices(bigint, text, bigint, text, text, text, bigint, date, date,
  jsonpath, timestamptz)
returns setof invoice language sql stable as $$
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
$$;
