-- Checks subscriptions: one row a rule; a rule that meets a null holds.
insert into import_error (line, fault)
select bad.line, string_to_table(bad.faults, E'\n')
from (
  select r.line, concat_ws(E'\n',
    case when not (r.id is not null) then 'id|a whole number from 1' end,
    case when not (r.customer_id is not null) then 'customer|the id of a customer|customer' end,
    case when not (r.plan_id is not null) then 'plan|the id of a plan|plan' end,
    case when not (r.currency = r.customer_currency)
      then 'plan|a plan in the currency of the customer' end,
    case when not (r.start_date is not null or r.customer_id is null)
      then 'start_date|a day ("2026-12-31") or a UNIX timestamp' end,
    case when not (r.quantity between 0 and 1e15 and scale(r.quantity) <= 12)
      then 'quantity|a number from 0 to 10^15 of at most 12 places' end,
    case when not (abs(r.amount) <= 1e15 and scale(r.amount) <= 12)
      then 'amount|a number of at most 10^15 and 12 places' end,
    case when not (r.amount is null or r.pricing_mode = 'custom')
      then 'amount|no amount, since the plan has its own price' end,
    case when not (r.amount is not null or r.pricing_mode <> 'custom')
      then 'amount|an amount, since the pricing_mode of the plan is custom' end,
    case when not (r.addons = '[]' or jsonb_array_length(r.addons) <= 1000)
      then 'addons|at most 1000 add-ons' end,
    case when not (r.bill_in in ('advance', 'arrears')) then 'bill_in|advance or arrears' end,
    case when not (r.bill_in_advance_days between 0 and 365
      and trunc(r.bill_in_advance_days) = r.bill_in_advance_days)
      then 'bill_in_advance_days|a whole number from 0 to 365' end,
    case when not (r.snap_to_nth_day between 1 and 31
      and trunc(r.snap_to_nth_day) = r.snap_to_nth_day)
      then 'snap_to_nth_day|a whole number from 1 to 31' end,
    case when not (r.snap_to_nth_day <= 7 or r.interval <> 'week')
      then 'snap_to_nth_day|a day of the week from 1 to 7' end,
    case when not (r.snap_to_nth_day is null or r.interval <> 'day')
      then 'snap_to_nth_day|no snap_to_nth_day, since the plan goes by days' end,
    case when not (r.anchor_day between 1 and 31 and trunc(r.anchor_day) = r.anchor_day)
      then 'anchor_day|a whole number from 1 to 31' end,
    case when not (r.trial_ends is null or r.trial_end is not null or r.customer_id is null)
      then 'trial_end|a day ("2026-12-31") or a UNIX timestamp' end,
    case when not (r.trial_end >= r.start_date) then 'trial_end|no earlier day than start_date' end,
    case when not (r.cycles between 1 and 1000000 and trunc(r.cycles) = r.cycles)
      then 'cycles|a whole number from 1' end,
    case when not (r.cancels is null or r.canceled_at is not null or r.customer_id is null)
      then 'canceled_at|a day ("2026-12-31") or a UNIX timestamp' end,
    case when not (r.canceled_at >= r.start_date)
      then 'canceled_at|no earlier day than start_date' end,
    case when not (r.contract_renewal_cycles between 1 and 1000000
      and trunc(r.contract_renewal_cycles) = r.contract_renewal_cycles)
      then 'contract_renewal_cycles|a whole number from 1' end,
    case when not (r.contract_renewal_mode in ('none', 'auto', 'manual', 'renew_once'))
      then 'contract_renewal_mode|none, auto, manual or renew_once' end,
    case when not (r.migrates is null or r.migrated_through is not null or r.customer_id is null)
      then 'billed_through|a day ("2026-12-31") or a UNIX timestamp' end,
    case when not (r.migrated_through >= r.start_date)
      then 'billed_through|no earlier day than start_date' end,
    case when not (r.metadata = '{}' or not jsonb_path_exists(r.metadata,
      'strict $.* ? (@.type() != "string" && @.type() != "number" && @.type() != "boolean")'))
      then 'metadata|a flat object of texts, numbers and booleans' end
  ) as faults
  from import_subscription r
) bad
where bad.faults <> ''
union all
select bad.line, bad.path || string_to_table(bad.faults, E'\n')
from (
  select a.line, a.path, concat_ws(E'\n',
    case when not (a.plan_id is not null) then '.plan|the id of a plan|plan' end,
    case when not (a.currency = r.currency)
      then '.plan|a plan in the currency of the subscription''s plan' end,
    case when not (a.quantity between 0 and 1e15 and scale(a.quantity) <= 12)
      then '.quantity|a number from 0 to 10^15 of at most 12 places' end,
    case when not (abs(a.amount) <= 1e15 and scale(a.amount) <= 12)
      then '.amount|a number of at most 10^15 and 12 places' end,
    case when not (a.amount is null or a.pricing_mode = 'custom')
      then '.amount|no amount, since the plan has its own price' end,
    case when not (a.amount is not null or a.pricing_mode <> 'custom')
      then '.amount|an amount, since the pricing_mode of the plan is custom' end
  ) as faults
  from import_addon a
  join import_subscription r on r.line = a.line
) bad
where bad.faults <> '';
