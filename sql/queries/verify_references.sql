-- What customers, subscriptions, add-ons and cursors refer to exists; the schema checks it by
-- triggers, which a restore of data only skips.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with wrong as materialized (
  select 'customer' as object, c.customer_id as id,
    case when s.seller_id is null then format('there is no seller %s', c.seller_id)
      when y.code is null and c.currency is not null
        then format('there is no currency %s', c.currency)
      else format('there is no retry policy %s', c.retry_policy_id) end as problem
  from customer c
  left join seller s on s.seller_id = c.seller_id
  left join currency y on y.code = c.currency
  left join retry_policy p on p.retry_policy_id = c.retry_policy_id
  where s.seller_id is null or y.code is null and c.currency is not null
    or p.retry_policy_id is null and c.retry_policy_id is not null
  union all
  select 'subscription', s.subscription_id,
    case when c.customer_id is null then format('there is no customer %s', s.customer_id)
      else format('there is no plan %s', s.plan_id) end
  from subscription s
  left join customer c on c.customer_id = s.customer_id
  left join plan p on p.plan_id = s.plan_id
  where c.customer_id is null or p.plan_id is null
  union all
  select 'subscription', a.subscription_id,
    case when s.subscription_id is null then format('it has add-on %s, but is none', a.slot)
      else format('add-on %s: there is no plan %s', a.slot, a.plan_id) end
  from subscription_addon a
  left join subscription s on s.subscription_id = a.subscription_id
  left join plan p on p.plan_id = a.plan_id
  where s.subscription_id is null or p.plan_id is null
  union all
  select 'subscription', b.subscription_id, 'it has a cursor, but is none'
  from billing_cursor b
  where not exists (select from subscription s where s.subscription_id = b.subscription_id)
)
select (select count(*) from customer) + (select count(*) from subscription) as looked_at,
  (select count(*) from wrong) as wrong, w.object, w.id, w.problem
from (values (1)) as one (row)
left join (select object, id, problem from wrong order by object, id, problem limit 20) w on true
order by w.object, w.id, w.problem;
