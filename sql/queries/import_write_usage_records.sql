-- Adds usage records. Out: created bigint, updated bigint, unchanged bigint.
with created as (
  insert into usage_record (subscription_id, plan_id, external_id, used_on, used_at, quantity)
  select r.subscription_id, r.plan_id, r.id, r.used_on, r.used_at, r.quantity
  from import_usage_record r
  where not exists (select from import_error e where e.line = r.line)
  order by r.line
  returning 1
)
select count(*) as created, 0::bigint as updated, 0::bigint as unchanged from created;
