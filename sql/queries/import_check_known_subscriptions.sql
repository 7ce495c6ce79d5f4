-- Checks what a known subscription may change: its customer never, its terms until the first day is
-- covered.
insert into import_error (line, fault)
select bad.line, string_to_table(bad.faults, E'\n')
from (
  select r.line, concat_ws(E'\n',
    case when r.customer_id <> s.customer_id
      then 'customer|the customer that the subscription has, which never changes' end,
    case when r.covered and r.plan_id <> s.plan_id
      then 'plan|the plan that was billed; another one needs a subscription_change' end,
    case when r.covered and r.quantity <> s.quantity
      then 'quantity|the quantity that was billed; another one needs a subscription_change' end,
    case when r.covered and r.amount is distinct from s.amount
      then 'amount|the amount that was billed; another one needs a subscription_change' end,
    case when r.covered and r.addons_differ
      then 'addons|the add-ons that were billed; others need a subscription_change' end,
    case when r.covered and r.start_date <> s.start_date
      then 'start_date|the day that was billed from' end,
    case when r.covered and r.bill_in <> s.bill_in then 'bill_in|what was billed by' end,
    case when r.covered and r.snap_to_nth_day is distinct from s.snap_to_nth_day
      then 'snap_to_nth_day|what was billed by' end,
    case when r.covered and r.anchor_day is distinct from s.anchor_day
      then 'anchor_day|what was billed by' end,
    case when r.covered and r.trial_end is distinct from s.trial_end
      then 'trial_end|what was billed by' end,
    case when r.covered and r.migrated_through is distinct from s.migrated_through
      then 'billed_through|the day that was billed from' end
  ) as faults
  from import_subscription r
  join subscription s on s.subscription_id = r.id
  where r.known
) bad
where bad.faults <> ''
union
select r.line, 'discounts|the coupons that were used, too'
from import_subscription r
join subscription_discount d on d.subscription_id = r.id and d.cycles_used > 0
left join import_discount i on i.line = r.line and i.coupon_id = d.coupon_id
where r.known and i.line is null;
