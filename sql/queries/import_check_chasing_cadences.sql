-- Checks chasing cadences and their steps: one row a rule; a rule that meets a null holds.
insert into import_error (line, fault)
select bad.line, string_to_table(bad.faults, E'\n')
from (
  select r.line, concat_ws(E'\n',
    case when not (r.id <> '') then 'id|a text that is not empty' end,
    case when not (jsonb_array_length(r.steps) between 1 and 100)
      then 'steps|a list of 1 to 100 steps' end,
    case when r.quiet_hours <> 'null' and not coalesce(
        r.quiet_hours ->> 'from' ~ '^([01]\d|2[0-3]):[0-5]\d$'
        and r.quiet_hours ->> 'to' ~ '^([01]\d|2[0-3]):[0-5]\d$'
        and r.quiet_hours ->> 'from' <> r.quiet_hours ->> 'to'
        and r.quiet_hours - array['from', 'to'] = '{}', false)
      then 'quiet_hours|{"from": "HH:MM", "to": "HH:MM"}' end
  ) as faults
  from import_chasing_cadence r
) bad
where bad.faults <> ''
union all
select bad.line, bad.path || string_to_table(bad.faults, E'\n')
from (
  select p.line, p.path, concat_ws(E'\n',
    case when not (num_nonnulls(s.after_due, s.after_issue) = 1)
      then '.after_due|either after_due or after_issue' end,
    case when not (s.after_due between -3650 and 3650 and trunc(s.after_due) = s.after_due)
      then '.after_due|a whole number of days' end,
    case when not (s.after_issue between -3650 and 3650 and trunc(s.after_issue) = s.after_issue)
      then '.after_issue|a whole number of days' end,
    case when not (s.action in ('email', 'letter', 'sms', 'webhook', 'phone', 'late_fee',
      'escalate', 'pause'))
      then '.action|email, letter, sms, webhook, phone, late_fee, escalate or pause' end,
    case when not (s.action <> 'late_fee' or s.amount is not null)
      then '.amount|the amount of the late fee' end,
    case when not (s.amount > 0 and s.amount <= 1e15 and scale(trim_scale(s.amount)) <= 12)
      then '.amount|a number above 0' end,
    case when not (s.action <> 'webhook' or s.url is not null)
      then '.url|the url of the webhook' end,
    case when not (s.url ~ '^https?://') then '.url|an http or https url' end,
    case when not (s.action = 'late_fee' or s.amount is null)
      then '.amount|nothing but where the action is late_fee' end
  ) as faults
  from import_part p
  join import_chasing_cadence r on r.line = p.line and p.object = 'step'
  cross join lateral jsonb_to_record(p.doc) as s (
    after_due numeric, after_issue numeric, action text, template text, amount numeric,
      is_percent boolean, url text)
) bad
where bad.faults <> '';
