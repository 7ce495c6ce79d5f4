-- Reads subscriptions from good lines. What most of them give, a first day as text, is read
-- once for all that have the same.
with first_day as (
  select one.text, pg_temp.import_day(to_jsonb(one.text), 'UTC') as day
  from (select distinct doc ->> 'start_date' as text from import_line
    where object = 'subscription') one
)
insert into import_subscription (
  line, id, known, customer_id, zone, plan, plan_id, currency, customer_currency, interval,
    pricing_mode,
  start_date, quantity, amount, addons, discounts, taxes, bill_in, bill_in_advance_days,
    snap_to_nth_day, anchor_day,
  trial_ends, trial_end, cycles, cancels, canceled_at, cancel_at_period_end, prorate_cancel, paused,
  contract_renewal_cycles, contract_renewal_mode, migrates, migrated_through, metadata)
select l.line, pg_temp.import_id(r.id), known.subscription_id is not null, c.customer_id,
       s.time_zone, r.plan, p.plan_id, p.currency, c.currency, p.interval, price.pricing_mode,
       case when s.time_zone is not null
         then coalesce(first_day.day, pg_temp.import_day(r.start_date, s.time_zone)) end,
       coalesce(trim_scale(r.quantity), 1), trim_scale(r.amount),
       coalesce(r.addons, '[]'), coalesce(r.discounts, '[]'), coalesce(r.taxes, '[]'),
         coalesce(r.bill_in, 'advance'),
       coalesce(r.bill_in_advance_days, 0), r.snap_to_nth_day, r.anchor_day, r.trial_end,
       pg_temp.import_day(r.trial_end, s.time_zone), r.cycles, r.canceled_at,
         pg_temp.import_day(r.canceled_at, s.time_zone),
       coalesce(r.cancel_at_period_end, false), coalesce(r.prorate_cancel, false),
         coalesce(r.paused, false),
       r.contract_renewal_cycles, coalesce(r.contract_renewal_mode, 'none'), r.billed_through,
       pg_temp.import_day(r.billed_through, s.time_zone), coalesce(r.metadata, '{}')
from import_line l
cross join lateral jsonb_to_record(l.doc) as r (
  id numeric, customer numeric, plan text, start_date jsonb, quantity numeric, amount numeric,
    addons jsonb,
  discounts jsonb, taxes jsonb, bill_in text, bill_in_advance_days numeric,
    snap_to_nth_day numeric, anchor_day numeric,
  trial_end jsonb, cycles numeric, canceled_at jsonb, cancel_at_period_end boolean,
    prorate_cancel boolean,
  paused boolean, contract_renewal_cycles numeric, contract_renewal_mode text,
    billed_through jsonb, metadata jsonb)
left join first_day on first_day.text = r.start_date #>> '{}'
left join customer c on c.customer_id = pg_temp.import_id(r.customer)
left join seller s on s.seller_id = c.seller_id
left join plan p on p.code = r.plan
-- Versions of a plan are custom all or none: the first tells.
left join (select distinct on (v.plan_id) v.plan_id, v.pricing_mode from price v
  order by v.plan_id, v.valid_from) price
  on price.plan_id = p.plan_id
left join subscription known on known.subscription_id = pg_temp.import_id(r.id)
where l.object = 'subscription';
