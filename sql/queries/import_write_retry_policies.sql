-- Makes and updates retry policies. Out: created bigint, updated bigint, unchanged bigint.
with good as (
  select r.line, r.id, r.known, r.country, r.after_last, r.business_days_only, r.decline_classes,
         r.max_attempts::integer as max_attempts, r.window_days::integer as window_days,
         array(select jsonb_array_elements(r.days)::integer) as days,
         array(select jsonb_array_elements(r.hours)::integer) as hours,
         array(select jsonb_array_elements(r.pay_days)::integer) as pay_days
  from import_retry_policy r
  where not exists (select from import_error e where e.line = r.line)
), created as (
  insert into retry_policy (
    code, days, hours, pay_days, max_attempts, window_days, country, after_last,
      business_days_only, decline_classes)
  select id, days, hours, pay_days, max_attempts, window_days, country, after_last,
         business_days_only, decline_classes
  from good
  where known is null
  order by line
  returning 1
), updated as (
  update retry_policy p
  set days = g.days, hours = g.hours, pay_days = g.pay_days, max_attempts = g.max_attempts,
      window_days = g.window_days,
      country = g.country, after_last = g.after_last, business_days_only = g.business_days_only,
      decline_classes = g.decline_classes
  from good g
  where p.retry_policy_id = g.known
    and (p.days, p.hours, p.pay_days, p.max_attempts, p.window_days, p.country, p.after_last,
      p.business_days_only, p.decline_classes)
      is distinct from
        (g.days, g.hours, g.pay_days, g.max_attempts, g.window_days, g.country, g.after_last,
          g.business_days_only, g.decline_classes)
  returning 1
)
select (select count(*) from created) as created, (select count(*) from updated) as updated,
       (select count(*) from good) - (select count(*) from created) - (select count(*)
         from updated) as unchanged;
