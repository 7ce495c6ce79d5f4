-- Holds each draft of a run, or document of a dry one, against the last three bills of the same
-- payer, subscription and currency, and notes what is beyond the limits: the payer's drafts stay
-- drafts. One finding for each payer and code, the document that is furthest off.
-- $1 run_id bigint, $2 limits jsonb.
-- Index: invoice_run_idx, invoice_customer_idx, coverage_live_key, invoice_line_pkey.
with draft as (
  select i.invoice_id, i.customer_id, i.subscription_id, i.currency, u.digits, u.minor_unit,
    i.total_minor * case i.kind when 'invoice' then 1 else -1 end as total_minor
  from invoice i
  join currency u on u.code = i.currency
  where i.run_id = $1 and i.state in ('draft', 'open')
), compared as (
  select d.*, b.average, b.bills
  from draft d
  cross join lateral (
    select avg(l.total_minor) as average, count(*) as bills
    from (select i.total_minor * case i.kind when 'invoice' then 1 else -1 end as total_minor
      from invoice i
      where i.customer_id = d.customer_id and i.invoice_id < d.invoice_id
        and i.run_id is distinct from $1 and i.currency = d.currency
        and i.subscription_id is not distinct from d.subscription_id
        and i.state in ('open', 'written_off')
        and (i.kind = 'invoice' or i.run_id is not null)
      order by i.invoice_id desc
      limit 3) l) b
), measured as (
  select l.invoice_id, d.customer_id, l.subscription_id, l.slot, l.period_start
  from draft d
  join invoice_line l on l.invoice_id = d.invoice_id and l.kind = 'usage' and l.quantity = 0
  where ($2::jsonb ->> 'missing_usage')::boolean
), found as (
  select c.customer_id, 1 as place, 'higher_bill' as code,
    format('%s %s after %s on average; the limit is %s %% more',
      round(c.total_minor * c.minor_unit, c.digits), c.currency,
      round(c.average * c.minor_unit, c.digits), $2::jsonb ->> 'bill_more') as message,
    c.total_minor - c.average as distance, c.invoice_id
  from compared c
  where c.bills > 0
    and c.total_minor > c.average + abs(c.average) * ($2::jsonb ->> 'bill_more')::numeric / 100
    and (c.total_minor - c.average) * c.minor_unit
      > coalesce(($2::jsonb ->> 'bill_above')::numeric, 0)
  union all
  select c.customer_id, 2, 'lower_bill',
    format('%s %s after %s on average; the limit is %s %% less',
      round(c.total_minor * c.minor_unit, c.digits), c.currency,
      round(c.average * c.minor_unit, c.digits), $2::jsonb ->> 'bill_less'),
    c.average - c.total_minor, c.invoice_id
  from compared c
  where c.bills > 0
    and c.total_minor < c.average - abs(c.average) * ($2::jsonb ->> 'bill_less')::numeric / 100
    and (c.average - c.total_minor) * c.minor_unit
      > coalesce(($2::jsonb ->> 'bill_above')::numeric, 0)
  union all
  select d.customer_id, 3, 'first_bill',
    format('%s %s is the first bill; the limit is %s',
      round(d.total_minor * d.minor_unit, d.digits), d.currency, $2::jsonb ->> 'first_bill'),
    d.total_minor, d.invoice_id
  from draft d
  where d.total_minor * d.minor_unit > ($2::jsonb ->> 'first_bill')::numeric
    and not exists (select from invoice i
      where i.customer_id = d.customer_id and i.run_id is distinct from $1
        and i.state in ('open', 'written_off', 'reversed'))
  union all
  select m.customer_id, 4, 'usage_missing',
    format('subscription %s has no usage from %s on, and had some before', m.subscription_id,
      m.period_start), 0, m.invoice_id
  from measured m
  where (
    select l.quantity
    from coverage c
    join invoice_line l on l.invoice_id = c.invoice_id and l.line_no = c.line_no
    where c.subscription_id = m.subscription_id and c.slot = m.slot and c.released_by is null
      and c.span_start < m.period_start
    order by c.span_start desc
    limit 1) > 0
), worst as (
  select distinct on (f.customer_id, f.place) f.customer_id, f.place, f.code, f.message
  from found f
  order by f.customer_id, f.place, f.distance desc, f.invoice_id
)
insert into gate_finding (run_id, finding_no, code, customer_id, message)
select $1, coalesce((select max(g.finding_no) from gate_finding g where g.run_id = $1), 0)
    + row_number() over (order by w.customer_id, w.place), w.code, w.customer_id, w.message
from worst w
