-- Reads usage records from good lines; the plan is the only one of the subscription that measures
-- usage, if not given.
with used as (
  select l.line, r.id, pg_temp.import_id(r.subscription) as subscription_id, r.plan,
         trim_scale(r.quantity) as quantity, r.timestamp
  from import_line l
  cross join lateral jsonb_to_record(l.doc) as r (id text, subscription numeric, plan text,
    quantity numeric, timestamp jsonb)
  where l.object = 'usage_record'
), charge as (
  select s.subscription_id, s.plan_id
  from subscription s
  where s.subscription_id in (select subscription_id from used)
  union
  select a.subscription_id, a.plan_id
  from subscription_addon a
  where a.subscription_id in (select subscription_id from used)
  union
  select c.subscription_id, c.plan_id
  from subscription_change c
  where c.subscription_id in (select subscription_id from used) and c.plan_id is not null
  union
  select c.subscription_id, (addon.doc ->> 'plan_id')::bigint
  from subscription_change c
  cross join lateral jsonb_array_elements(c.addons) addon (doc)
  where c.subscription_id in (select subscription_id from used)
), measured as (
  select charge.subscription_id, array_agg(charge.plan_id) as plan_ids
  from charge
  join plan p on p.plan_id = charge.plan_id and p.quantity_type = 'usage'
  group by charge.subscription_id
)
insert into import_usage_record (
  line, id, known, subscription_id, start_date, plan, plan_id, plans, quantity, used_at, used_on)
select u.line, u.id, known.usage_record_id is not null, s.subscription_id, s.start_date, u.plan,
       case when u.plan is null and cardinality(m.plan_ids) = 1 then m.plan_ids[1]
            when p.plan_id = any(m.plan_ids) then p.plan_id end,
       coalesce(cardinality(m.plan_ids), 0), u.quantity, moment.used_at,
         (moment.used_at at time zone seller.time_zone)::date
from used u
left join subscription s on s.subscription_id = u.subscription_id
left join measured m on m.subscription_id = s.subscription_id
left join customer c on c.customer_id = s.customer_id
left join seller on seller.seller_id = c.seller_id
left join plan p on p.code = u.plan
left join usage_record known on known.external_id = u.id
cross join lateral (
  select case jsonb_typeof(u.timestamp)
    when 'number' then case when pg_temp.import_day(u.timestamp, 'UTC') is not null
      then to_timestamp(u.timestamp::numeric) end
    else pg_temp.import_day(u.timestamp,
      seller.time_zone)::timestamp at time zone seller.time_zone end as used_at
) moment;
