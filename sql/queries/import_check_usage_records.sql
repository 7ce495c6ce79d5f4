-- Checks usage records: one row a rule; a rule that meets a null holds.
insert into import_error (line, fault)
select bad.line, string_to_table(bad.faults, E'\n')
from (
  select r.line, concat_ws(E'\n',
    case when not (r.id <> '') then 'id|a text that is not empty' end,
    case when not (not r.known) then 'id|an id that no usage record has' end,
    case when not (r.subscription_id is not null)
      then 'subscription|the id of a subscription|subscription' end,
    case when not (r.plan_id is not null or r.subscription_id is null)
      then 'plan|' || case when r.plan is not null
        then 'a plan of the subscription that measures usage' when r.plans = 0
          then 'a subscription with a plan that measures usage'
            else 'a plan, since the subscription has several that measure usage' end || '|plan' end,
    case when not (r.quantity between 0 and 1e15 and scale(r.quantity) <= 12)
      then 'quantity|a number from 0 to 10^15 of at most 12 places' end,
    case when not (r.used_at is not null or r.subscription_id is null)
      then 'timestamp|a UNIX timestamp or a day ("2026-12-31")' end,
    case when not (r.used_on >= r.start_date)
      then 'timestamp|no earlier day than the start of the subscription' end
  ) as faults
  from import_usage_record r
) bad
where bad.faults <> '';
