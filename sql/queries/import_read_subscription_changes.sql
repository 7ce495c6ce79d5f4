-- Reads changes of subscriptions from good lines.
with given as (
  select a.line, jsonb_agg(jsonb_build_object('plan_id', a.plan_id, 'quantity', a.quantity,
           'amount', a.amount, 'description', a.description) order by a.slot) as addons
  from import_addon a
  group by a.line
)
insert into import_subscription_change (
  line, subscription_id, start_date, currency, effective, plan, plan_id, plan_currency, quantity,
  amount, addons, paused, prorate)
select l.line, s.subscription_id, s.start_date, known.currency,
       pg_temp.import_day(r.effective, seller.time_zone), r.plan, p.plan_id, p.currency,
       trim_scale(r.quantity), trim_scale(r.amount),
       case when r.addons is not null then coalesce(given.addons, '[]') end, r.paused,
       coalesce(r.prorate, true)
from import_line l
cross join lateral jsonb_to_record(l.doc) as r (
  subscription numeric, effective jsonb, plan text, quantity numeric, amount numeric, addons jsonb,
  paused boolean, prorate boolean)
left join given on given.line = l.line
left join subscription s on s.subscription_id = pg_temp.import_id(r.subscription)
left join plan known on known.plan_id = s.plan_id
left join customer c on c.customer_id = s.customer_id
left join seller on seller.seller_id = c.seller_id
left join plan p on p.code = r.plan
where l.object = 'subscription_change';
