-- Reads retry policies from good lines.
insert into import_retry_policy (
  line, id, known, days, hours, pay_days, max_attempts, window_days, country, after_last,
    business_days_only,
  decline_classes)
select l.line, r.id, known.retry_policy_id, coalesce(r.days, '[3, 5, 7]'), coalesce(r.hours, '[]'),
       coalesce(r.pay_days, '[]'),
       r.max_attempts, r.window_days, r.country, coalesce(r.after_last, 'leave'),
         coalesce(r.business_days_only, false),
       coalesce(r.decline_classes, '{}')
from import_line l
cross join lateral jsonb_to_record(l.doc) as r (
  id text, days jsonb, hours jsonb, pay_days jsonb, max_attempts numeric, window_days numeric,
    country text,
  after_last text, business_days_only boolean, decline_classes jsonb)
left join retry_policy known on known.code = r.id
where l.object = 'retry_policy';
