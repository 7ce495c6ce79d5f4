-- Checks retry policies: one row a rule; a rule that meets a null holds.
insert into import_error (line, fault)
select bad.line, string_to_table(bad.faults, E'\n')
from (
  select r.line, concat_ws(E'\n',
    case when not (r.id <> '') then 'id|a text that is not empty' end,
    case when not (not jsonb_path_exists(r.days,
      'strict $[*] ? (!(@.type() == "number" && @ >= 1 && @ <= 365 && @ == @.floor()))'))
      then 'days|a list of whole numbers from 1 to 365' end,
    case when not (not jsonb_path_exists(r.hours,
      'strict $[*] ? (!(@.type() == "number" && @ >= 0 && @ <= 23 && @ == @.floor()))'))
      then 'hours|a list of whole numbers from 0 to 23' end,
    case when not (not jsonb_path_exists(r.pay_days,
      'strict $[*] ? (!(@.type() == "number" && @ >= 1 && @ <= 31 && @ == @.floor()))'))
      then 'pay_days|a list of whole numbers from 1 to 31' end,
    case when not (r.max_attempts between 1 and 1000 and trunc(r.max_attempts) = r.max_attempts)
      then 'max_attempts|a whole number from 1 to 1000' end,
    case when not (r.window_days between 1 and 3650 and trunc(r.window_days) = r.window_days)
      then 'window_days|a whole number from 1 to 3650' end,
    case when not (r.window_days is null or r.max_attempts is not null)
      then 'max_attempts|how many tries there may be in window_days' end,
    case when not (r.country ~ '^[A-Z]{2}$')
      then 'country|an ISO 3166 code of two capital letters' end,
    case when not (r.after_last in ('leave', 'cancel_subscription', 'autopay_off', 'chase',
      'write_off'))
      then 'after_last|leave, cancel_subscription, autopay_off, chase or write_off' end,
    case when not (not r.business_days_only or r.country is not null)
      then 'country|the country whose business days are meant' end,
    case when not (not jsonb_path_exists(r.decline_classes,
      'strict $.* ? (!(@ == "hard" || @ == "soft" || @ == "action_needed" || @ == "technical"))'))
      then 'decline_classes|codes with hard, soft, action_needed or technical' end
  ) as faults
  from import_retry_policy r
) bad
where bad.faults <> '';
