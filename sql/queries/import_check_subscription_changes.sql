-- Checks changes of subscriptions: one row a rule; a rule that meets a null holds.
insert into import_error (line, fault)
select bad.line, string_to_table(bad.faults, E'\n')
from (
  select r.line, concat_ws(E'\n',
    case when not (r.subscription_id is not null)
      then 'subscription|the id of a subscription|subscription' end,
    case when not (r.effective is not null or r.subscription_id is null)
      then 'effective|a day ("2026-12-31") or a UNIX timestamp' end,
    case when not (r.effective >= r.start_date)
      then 'effective|no earlier day than the start of the subscription' end,
    case when not (num_nonnulls(r.plan, r.quantity, r.amount, r.addons, r.paused) > 0)
      then 'effective|a plan, quantity, amount, addons or paused beside it' end,
    case when not (r.plan is null or r.plan_id is not null) then 'plan|the id of a plan|plan' end,
    case when not (r.plan_currency = r.currency)
      then 'plan|a plan in the currency of the subscription' end,
    case when not (r.quantity between 0 and 1e15 and scale(r.quantity) <= 12)
      then 'quantity|a number from 0 to 10^15 of at most 12 places' end,
    case when not (abs(r.amount) <= 1e15 and scale(r.amount) <= 12)
      then 'amount|a number of at most 10^15 and 12 places' end,
    case when not (r.amount is null or priced.is_custom)
      then 'amount|no amount, since the plan has its own price' end
  ) as faults
  from import_subscription_change r
  -- The plan that the subscription has from that day on.
  left join lateral (
    select (select bool_or(v.pricing_mode = 'custom') from price v where v.plan_id = t.plan_id)
      as is_custom
    from (
      select o.effective, 2 as age, o.line as place, o.plan_id
      from import_subscription_change o
      where o.subscription_id = r.subscription_id and (o.effective, o.line) <= (r.effective, r.line)
      union all
      select e.effective, 1, e.subscription_change_id, e.plan_id
      from subscription_change e
      where e.subscription_id = r.subscription_id and e.effective <= r.effective
      union all
      select '-infinity', 0, 0, s.plan_id
      from subscription s
      where s.subscription_id = r.subscription_id
    ) t
    where t.plan_id is not null
    order by t.effective desc, t.age desc, t.place desc
    limit 1
  ) priced on r.amount is not null
) bad
where bad.faults <> ''
union all
select bad.line, bad.path || string_to_table(bad.faults, E'\n')
from (
  select a.line, a.path, concat_ws(E'\n',
    case when not (a.plan_id is not null) then '.plan|the id of a plan|plan' end,
    case when not (a.currency = r.currency)
      then '.plan|a plan in the currency of the subscription' end,
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
  join import_subscription_change r on r.line = a.line
) bad
where bad.faults <> '';
