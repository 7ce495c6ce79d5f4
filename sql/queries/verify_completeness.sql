-- Nobody is forgotten (DESIGN 1.1). With no hole between its spans (verify_coverage_spans) and the
-- cursor at their end (verify_cursors), a subscription is complete when its own charge is covered
-- from its first day, or is to be looked at when those days can be due (released ones are at once,
-- unless a run for an earlier day has looked since), and when the cursor looks again no later than
-- something can be due: in advance when the next period starts less its lead, in
-- arrears when the next one ends (three days more for months of unequal length; the longest of its
-- plans where they change), and on the day of a prorated change after the seller's last run that no
-- run has billed, unless that day is covered without having been billed: nothing of it is prorated.
-- A cursor that never looks again belongs to what has ended: canceled, out of cycles, or covered to
-- the end of its terms, as contracts are that were over when they were imported.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20 that are
-- wrong, or one row of nulls.
with last_run as (
  select distinct on (r.seller_id) r.seller_id, r.as_of
  from run r
  where r.kind = 'regular' and r.state = 'posted' and r.scope = '{}'
  order by r.seller_id, r.as_of desc, r.run_id desc
), own_span as (
  select c.subscription_id, min(c.span_start) as first_day, count(*) as spans
  from coverage c
  where c.slot = 0 and c.released_by is null
  group by c.subscription_id
), terms as (
  select p.plan_id, p.quantity_type = 'usage' as is_measured,
    p.interval_count * case p.interval when 'day' then 1 when 'week' then 7 when 'month' then 31
        else 366 end
      + case when p.interval in ('month', 'year') then 3 else 0 end as longest_period
  from plan p
), changed as (
  select x.subscription_id, bool_or(t.is_measured) as is_measured, bool_or(x.paused) as is_paused,
    max(t.longest_period) as longest_period
  from subscription_change x
  left join terms t on t.plan_id = x.plan_id
  group by x.subscription_id
), term as (
  -- How many units its terms have, and the first billing day, from which they count (RULES 5).
  select s.subscription_id, p.interval, paid.nth,
    case when paid.nth is null or p.interval = 'day' or not isfinite(paid.first_day)
      then paid.first_day
      else end_of_period(case p.interval when 'week' then 'week' else 'month' end, 1,
        paid.first_day - 1, paid.nth, paid.first_day - 1) end as anchor,
    -- As good as never.
    case p.interval when 'day' then 3660000 when 'week' then 520000 when 'month' then 120000
      else 10000 end as most_units,
    p.interval_count * case s.contract_renewal_mode
      when 'none' then s.cycles::numeric
      when 'renew_once' then coalesce(s.cycles, s.contract_renewal_cycles)::numeric
        + coalesce(s.contract_renewal_cycles, s.cycles)
      when 'manual' then coalesce(s.cycles, s.contract_renewal_cycles)::numeric
        + coalesce(s.contract_renewal_cycles, s.cycles)::numeric * (s.contract_term - 1)
      end as units
  from subscription s
  join plan p on p.plan_id = s.plan_id
  cross join lateral (select coalesce(s.trial_end, s.start_date) as first_day,
    coalesce(s.snap_to_nth_day, s.anchor_day) as nth) paid
), cursor as (
  select s.subscription_id, s.start_date, b.covered_through, b.next_bill_on, f.first_day, r.as_of,
    s.canceled_at, f.spans >= s.cycles as may_be_out_of_cycles,
    case when s.bill_in = 'arrears' or t.is_measured or x.is_measured
      then greatest(t.longest_period, x.longest_period)
      else case when s.paused or x.is_paused then 0 else -b.lead_days end end as due_after,
    (select min(x.effective) from subscription_change x
     where x.subscription_id = s.subscription_id and x.applied_by is null
       and x.prorate and s.bill_in = 'advance'
       and x.effective > r.as_of and x.effective < coalesce(s.canceled_at, 'infinity')
       and not exists (
         select from coverage v
         where v.subscription_id = s.subscription_id and v.slot = 0 and v.released_by is null
           and v.reason in ('skipped', 'before_backfill', 'waived', 'migrated')
           and v.span_start <= x.effective and x.effective < v.span_end)) as change_day,
    case when e.units is not null and isfinite(e.anchor)
      then end_of_period(e.interval, least(e.units, e.most_units)::integer, e.anchor, e.nth,
        e.anchor) end as term_end
  from subscription s
  join billing_cursor b on b.subscription_id = s.subscription_id
  join terms t on t.plan_id = s.plan_id
  join term e on e.subscription_id = s.subscription_id
  left join changed x on x.subscription_id = s.subscription_id
  join customer k on k.customer_id = s.customer_id
  left join own_span f on f.subscription_id = s.subscription_id
  left join last_run r on r.seller_id = k.seller_id
), wrong as materialized (
  select c.subscription_id as id,
    case
      when c.first_day > c.start_date and c.next_bill_on > c.start_date + c.due_after
          and (c.canceled_at <= c.start_date) is not true
        then format('it is not covered on %s..%s', c.start_date, c.first_day)
      when c.next_bill_on > c.change_day
        then format('its change of %s comes before the cursor looks on %s', c.change_day,
          c.next_bill_on)
      when c.next_bill_on = 'infinity'
        then format('its cursor never looks again, but it goes on after %s',
          coalesce(c.covered_through, c.start_date))
      else format('its cursor looks on %s, but something can be due from %s', c.next_bill_on,
          coalesce(c.covered_through, c.start_date) + least(c.due_after, 0))
    end as problem
  from cursor c
  -- What was canceled from its first day on may have been free on later ones.
  where c.first_day > c.start_date and c.next_bill_on > c.start_date + c.due_after
      and (c.canceled_at <= c.start_date) is not true
    or c.next_bill_on > c.change_day
    or (c.next_bill_on = 'infinity' and c.canceled_at is null
      and c.may_be_out_of_cycles is not true and (c.term_end <= c.covered_through) is not true)
    -- What is billed up to its end has ended, whatever day it still looks at.
    or (c.next_bill_on < 'infinity' and (c.canceled_at <= c.covered_through) is not true
      and c.may_be_out_of_cycles is not true and (c.term_end <= c.covered_through) is not true
      and c.next_bill_on > coalesce(c.covered_through, c.start_date) + c.due_after)
)
select (select count(*) from billing_cursor) as looked_at,
  (select count(*) from wrong) as wrong, 'subscription' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
