-- What subscriptions that are active on a day bring in a month (MRR), by plan: the full price of a
-- period at that day's plan, quantity and price, less its lasting coupons in per cent, made
-- monthly by 12 months, 52 weeks or 365 days a year; usage is no part of it.
-- $1 day date, $2 seller text, null for all.
-- Out: code, name, currency text, digits smallint, charges bigint (a subscription or an add-on
-- each), amount numeric (minor units, each plan's sum rounded once); in order of currency, code.
with change as (
  -- Of each field the last that is effective by then.
  select c.subscription_id,
    (array_agg(c.plan_id order by c.effective desc, c.subscription_change_id desc)
      filter (where c.plan_id is not null))[1] as plan_id,
    (array_agg(c.quantity order by c.effective desc, c.subscription_change_id desc)
      filter (where c.quantity is not null))[1] as quantity,
    (array_agg(c.amount order by c.effective desc, c.subscription_change_id desc)
      filter (where c.amount is not null))[1] as amount,
    (array_agg(c.paused order by c.effective desc, c.subscription_change_id desc)
      filter (where c.paused is not null))[1] as paused,
    (array_agg(c.addons order by c.effective desc, c.subscription_change_id desc)
      filter (where c.addons is not null))[1] as addons
  from subscription_change c
  where c.effective <= $1::date
  group by c.subscription_id
), active as (
  select s.subscription_id, coalesce(c.plan_id, s.plan_id) as plan_id,
    coalesce(c.quantity, s.quantity) as quantity, coalesce(c.amount, s.amount) as amount, c.addons
  from subscription s
  join customer k on k.customer_id = s.customer_id
  join seller e on e.seller_id = k.seller_id and ($2::text is null or e.code = $2)
  join plan p on p.plan_id = s.plan_id
  left join change c on c.subscription_id = s.subscription_id
  where coalesce(s.trial_end, s.start_date) <= $1::date
    and (s.canceled_at is null or s.canceled_at > $1::date)
    and not coalesce(c.paused, s.paused)
    -- Its cycles, with those of the terms that it has had or is sure of.
    and (s.cycles is null or s.contract_renewal_mode = 'auto'
      or coalesce(s.trial_end, s.start_date) + least(100000, p.interval_count::numeric
        * (s.cycles + coalesce(s.contract_renewal_cycles, s.cycles)
          * case s.contract_renewal_mode when 'renew_once' then 1::numeric
              when 'manual' then s.contract_term - 1 else 0 end))::integer
        * ('1 ' || p.interval)::interval > $1::date)
), charge as (
  select a.subscription_id, a.plan_id, a.quantity, a.amount from active a
  union all
  select a.subscription_id, d.plan_id, d.quantity, d.amount
  from active a
  join subscription_addon d on d.subscription_id = a.subscription_id
  where a.addons is null
  union all
  select a.subscription_id, (d.doc ->> 'plan_id')::bigint,
    coalesce((d.doc ->> 'quantity')::numeric, 1), (d.doc ->> 'amount')::numeric
  from active a
  cross join lateral jsonb_array_elements(a.addons) as d (doc)
  where a.addons is not null
), lasting as (
  -- One after the other on what is left (RULES 1.6): their order does not matter.
  select d.subscription_id, array_agg(c.value order by c.value) as percents
  from subscription_discount d
  join coupon c on c.coupon_id = d.coupon_id
  where c.is_percent and c.duration_cycles is null
    and (c.expiration_date is null or c.expiration_date >= $1::date)
  group by d.subscription_id
), alike as (
  -- Charges that are alike are counted first: subscriptions are many, quantities are few.
  select c.plan_id, c.quantity, c.amount, l.percents, count(*) as charges
  from charge c
  left join lasting l on l.subscription_id = c.subscription_id
  group by c.plan_id, c.quantity, c.amount, l.percents
), version as (
  select distinct on (r.plan_id) r.*
  from price r
  where r.valid_from <= $1::date
  order by r.plan_id, r.valid_from desc
), priced as (
  select p.code, p.name, p.currency, a.charges,
    case p.interval when 'month' then 1 when 'year' then 1 / 12.0 when 'week' then 52 / 12.0
      else 365 / 12.0 end / p.interval_count as monthly,
    case when p.discountable then coalesce((
        select case when max(x) = 100 then 0 else round(exp(sum(ln(1 - nullif(x, 100) / 100))), 12)
          end from unnest(a.percents) as x), 1) else 1 end as factor,
    greatest(coalesce(v.minimum_amount, '-Infinity'), case v.pricing_mode
      when 'flat' then v.amount
      when 'per_unit' then v.amount * q.billable
      when 'custom' then coalesce(a.amount, 0) * q.billable
      when 'package' then v.amount * ceil(q.billable / v.package_size)
      else coalesce((
        select sum(case v.pricing_mode
            when 'stairstep' then t.flat_cost
            when 'volume' then t.unit_cost * q.billable + t.flat_cost
            else t.unit_cost * (least(q.billable, t.max_qty) - t.above) + t.flat_cost end)
        from (
          select coalesce((e.doc ->> 'unit_cost')::numeric, 0) as unit_cost,
            coalesce((e.doc ->> 'flat_cost')::numeric, 0) as flat_cost,
            (e.doc ->> 'max_qty')::numeric as max_qty,
            coalesce(lag((e.doc ->> 'max_qty')::numeric) over (order by e.place), 0) as above
          from jsonb_array_elements(v.tiers) with ordinality as e (doc, place)
        ) t
        where q.billable > t.above
          and (v.pricing_mode = 'tiered' or t.max_qty is null or q.billable <= t.max_qty)), 0)
      end) as amount
  from alike a
  join version v on v.plan_id = a.plan_id
  join plan p on p.plan_id = a.plan_id
  cross join lateral (
    select case when v.included_quantity = 0 then a.quantity
      else greatest(a.quantity - v.included_quantity, 0) end as billable) q
  where p.quantity_type = 'constant' and v.pricing_mode <> 'percentage'
)
select p.code, p.name, p.currency::text as currency, u.digits, sum(p.charges)::bigint as charges,
  round(sum(p.charges * p.monthly * p.amount * case when p.amount > 0 then p.factor else 1 end)
    / max(u.minor_unit)) as amount
from priced p
join currency u on u.code = p.currency
group by p.code, p.name, p.currency, u.digits
order by currency, p.code
