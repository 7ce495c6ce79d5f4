-- What became of every day of every subscription, by month: the proof that nobody is forgotten
-- (DESIGN 1.1). The days of a subscription's own charge are active from its first day to its end,
-- and where they are covered. `active` is counted as the union of both, and everything else span by
-- span, so the parts come to `active` only where no day is covered twice.
-- Days that nothing covers: `not_due` and `due` come after the last covered one, before and since
-- the cursor's day was reached by the seller's last run; `held` are such of a held payer;
-- `released` were given back and wait for the next run; `missing` are holes, which must not be.
-- $1 first day date, $2 end date, exclusive, $3 seller text, null for all.
-- Out: month date, category text, subscriptions bigint, days bigint, in order of month, category.
-- Index: coverage_live_key.
with last_run as (
  select distinct on (r.seller_id) r.seller_id, r.as_of
  from run r
  where r.kind = 'regular' and r.state = 'posted' and r.scope = '{}'
  order by r.seller_id, r.as_of desc, r.run_id desc
), held as (
  select distinct h.customer_id from hold h where h.released_at is null
), cover as (
  select c.subscription_id,
    range_agg(daterange(c.span_start, c.span_end)) filter (where c.released_by is null) as spans,
    range_agg(daterange(c.span_start, c.span_end)) filter (where c.released_by is not null)
      as released,
    max(c.span_end) filter (where c.released_by is null) as covered_end
  from coverage c
  where c.slot = 0
  group by c.subscription_id
), charge as materialized (
  select s.subscription_id, coalesce(c.spans, '{}') as spans,
    coalesce(c.released, '{}') as released,
    coalesce(c.covered_end, s.start_date) as covered_end,
    -- What has ended has done so where it is covered to.
    datemultirange(daterange(s.start_date,
      case when b.next_bill_on = 'infinity'
             then greatest(s.start_date, coalesce(c.covered_end, s.start_date))
           when s.canceled_at < 'infinity' then greatest(s.start_date, s.canceled_at) end))
      as contract,
    case when exists (select from held h where h.customer_id
             in (s.customer_id, case when k.bill_parent then k.parent_customer_id end))
           then 'held'
         when b.next_bill_on is null or b.next_bill_on <= r.as_of then 'due'
         else 'not_due' end as waiting,
    b.next_bill_on is null as looks_now
  from subscription s
  join customer k on k.customer_id = s.customer_id
  join seller e on e.seller_id = k.seller_id
  left join billing_cursor b on b.subscription_id = s.subscription_id
  left join cover c on c.subscription_id = s.subscription_id
  left join last_run r on r.seller_id = k.seller_id
  where $3::text is null or e.code = $3
), piece as (
  select g.subscription_id, 'active' as category, p.days
  from charge g, unnest(g.contract + g.spans) as p (days)
  union all
  select g.subscription_id, coalesce(c.reason, 'billed'), daterange(c.span_start, c.span_end)
  from charge g
  join coverage c on c.subscription_id = g.subscription_id
  where c.slot = 0 and c.released_by is null and c.span_start < $2 and c.span_end > $1
  union all
  select g.subscription_id, g.waiting, p.days
  from charge g,
    unnest((g.contract - g.spans) * datemultirange(daterange(g.covered_end, null))) as p (days)
  union all
  select g.subscription_id, 'released', p.days
  from charge g,
    unnest((g.contract - g.spans) * datemultirange(daterange(null, g.covered_end)) * g.released)
      as p (days)
  union all
  select g.subscription_id, case when g.looks_now then 'due' else 'missing' end, p.days
  from charge g,
    unnest((g.contract - g.spans) * datemultirange(daterange(null, g.covered_end)) - g.released)
      as p (days)
), clipped as (
  select p.subscription_id, p.category, p.days * daterange($1, $2) as days
  from piece p
  where p.days && daterange($1, $2)
)
select m.month::date as month, p.category, count(distinct p.subscription_id) as subscriptions,
  sum(upper(d.days) - lower(d.days))::bigint as days
from clipped p
cross join generate_series(
  date_trunc('month', lower(p.days)::timestamp), upper(p.days)::timestamp - interval '1 day',
  interval '1 month') as m (month)
cross join lateral (
  select p.days * daterange(m.month::date, (m.month + interval '1 month')::date) as days) d
group by m.month, p.category
order by m.month, p.category;
