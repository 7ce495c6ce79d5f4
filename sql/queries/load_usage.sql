-- What usage records of some days come to.
-- $1 subscription ids int8[], $2 slots int4[], $3 plan ids int8[], $4 first days date[],
-- $5 ends date[], exclusive. Columns as selected, in the order given.
-- Index: usage_record_period_idx, subscription_change_subscription_idx.
select w.subscription_id, w.slot, w.day_from, w.day_to,
       trim_scale(coalesce(case p.aggregation
         when 'sum' then (
           select sum(r.quantity) from usage_record r
           where r.subscription_id = w.subscription_id and r.plan_id = any(measured.plan_ids)
             and r.used_on >= w.day_from and r.used_on < w.day_to)
         when 'max' then (
           select max(r.quantity) from usage_record r
           where r.subscription_id = w.subscription_id and r.plan_id = any(measured.plan_ids)
             and r.used_on >= w.day_from and r.used_on < w.day_to)
         when 'unique' then (
           select count(distinct r.quantity) from usage_record r
           where r.subscription_id = w.subscription_id and r.plan_id = any(measured.plan_ids)
             and r.used_on >= w.day_from and r.used_on < w.day_to)
         else (
           select r.quantity from usage_record r
           where r.subscription_id = w.subscription_id and r.plan_id = any(measured.plan_ids)
             and r.used_on >= w.day_from and r.used_on < w.day_to
           order by r.used_at desc, r.usage_record_id desc limit 1)
       end, 0)) as quantity
from unnest($1::bigint[], $2::integer[], $3::bigint[], $4::date[], $5::date[])
  with ordinality as w (subscription_id, slot, plan_id, day_from, day_to, place)
join plan p on p.plan_id = w.plan_id
-- Once for the days, not for each record of them.
cross join lateral (
  select measured_plans(w.subscription_id, w.slot, w.plan_id) as plan_ids offset 0
) measured
order by w.place
