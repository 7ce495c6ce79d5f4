-- From which day on the changes of subscriptions count: those that are not prorated from the next
-- start of a period of the plan that the subscription then has (RULES 5, changes).
-- $1 subscription ids bigint[]. Out: counts_from date, in order of subscription and coming in, as
-- export_subscription_changes has them.
-- Index: subscription_change_pkey, subscription_pkey, plan_pkey.
select case
    when h.prorate or h.effective <= f.first_day then h.effective
    else end_of_period(p.interval, p.interval_count, f.first_day,
      coalesce(s.snap_to_nth_day, s.anchor_day), h.effective - 1) end as counts_from
from subscription_change h
join subscription s on s.subscription_id = h.subscription_id
cross join lateral (select coalesce(s.trial_end, s.start_date) as first_day) f
join plan p on p.plan_id = coalesce((
    select e.plan_id from subscription_change e
    where e.subscription_id = h.subscription_id and e.plan_id is not null
      and (e.effective, e.subscription_change_id) < (h.effective, h.subscription_change_id)
    order by e.effective desc, e.subscription_change_id desc
    limit 1), s.plan_id)
where h.subscription_id = any($1::bigint[])
order by h.subscription_id, h.subscription_change_id
