-- Retry policies as an import takes them.
-- Out: line text, in order of code.
-- Index: none needed
select json_strip_nulls(json_build_object(
  'object', 'retry_policy', 'id', p.code, 'days', p.days, 'hours', nullif(p.hours, '{}'),
  'pay_days', nullif(p.pay_days, '{}'), 'max_attempts', p.max_attempts,
  'window_days', p.window_days, 'country', p.country, 'after_last', p.after_last,
  'business_days_only', nullif(p.business_days_only, false),
  'decline_classes', nullif(p.decline_classes, '{}')))::text as line
from retry_policy p
order by p.code, p.retry_policy_id
