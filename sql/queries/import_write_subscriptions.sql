-- Makes and updates subscriptions. Out: created bigint, updated bigint, unchanged bigint.
with good as not materialized (
  select r.line, r.id, r.known, r.customer_id, r.plan_id, r.start_date, r.quantity, r.amount,
         case when r.taxes = '[]' then '{}' else array(select jsonb_array_elements_text(r.taxes))
           end as taxes, r.bill_in,
         r.bill_in_advance_days::integer as bill_in_advance_days,
           r.snap_to_nth_day::integer as snap_to_nth_day,
         r.anchor_day::integer as anchor_day, r.trial_end, r.cycles::integer as cycles,
           r.canceled_at,
         r.cancel_at_period_end, r.prorate_cancel, r.paused,
           r.contract_renewal_cycles::integer as contract_renewal_cycles,
         r.contract_renewal_mode, r.migrated_through, r.metadata, r.addons_differ
           or r.discounts_differ as parts_differ
  from import_subscription r
  where not exists (select from import_error e where e.line = r.line)
), created as (
  insert into subscription (
    subscription_id, customer_id, plan_id, start_date, quantity, amount, taxes, bill_in,
      bill_in_advance_days,
    snap_to_nth_day, anchor_day, trial_end, cycles, canceled_at, cancel_at_period_end,
      prorate_cancel, paused,
    contract_renewal_cycles, contract_renewal_mode, migrated_through, metadata)
  select id, customer_id, plan_id, start_date, quantity, amount, taxes, bill_in,
         bill_in_advance_days, snap_to_nth_day,
         anchor_day, trial_end, cycles, canceled_at, cancel_at_period_end, prorate_cancel, paused,
         contract_renewal_cycles, contract_renewal_mode, migrated_through, metadata
  from good
  where not known
), updated as (
  update subscription s
  set plan_id = g.plan_id, start_date = g.start_date, quantity = g.quantity, amount = g.amount,
      taxes = g.taxes,
      bill_in = g.bill_in, bill_in_advance_days = g.bill_in_advance_days,
        snap_to_nth_day = g.snap_to_nth_day,
      anchor_day = g.anchor_day, trial_end = g.trial_end, cycles = g.cycles,
        canceled_at = case when g.cancel_at_period_end and s.cancel_at_period_end
          then coalesce(g.canceled_at, s.canceled_at) else g.canceled_at end,
      cancel_at_period_end = g.cancel_at_period_end, prorate_cancel = g.prorate_cancel,
        paused = g.paused,
      contract_renewal_cycles = g.contract_renewal_cycles,
        contract_renewal_mode = g.contract_renewal_mode,
      migrated_through = g.migrated_through, metadata = g.metadata
  from good g
  where g.known and s.subscription_id = g.id
    and (g.parts_differ or
        (s.plan_id, s.start_date, s.quantity, s.amount, s.taxes, s.bill_in, s.bill_in_advance_days,
          s.snap_to_nth_day,
         s.anchor_day, s.trial_end, s.cycles, s.canceled_at, s.cancel_at_period_end,
           s.prorate_cancel, s.paused,
         s.contract_renewal_cycles, s.contract_renewal_mode, s.migrated_through, s.metadata)
      is distinct from
        (g.plan_id, g.start_date, g.quantity, g.amount, g.taxes, g.bill_in, g.bill_in_advance_days,
          g.snap_to_nth_day,
         g.anchor_day, g.trial_end, g.cycles,
           case when g.cancel_at_period_end and s.cancel_at_period_end
             then coalesce(g.canceled_at, s.canceled_at) else g.canceled_at end,
           g.cancel_at_period_end,
           g.prorate_cancel, g.paused,
         g.contract_renewal_cycles, g.contract_renewal_mode, g.migrated_through, g.metadata))
  returning 1
)
select count(*) filter (where not g.known) as created, (select count(*) from updated) as updated,
       count(*) filter (where g.known) - (select count(*) from updated) as unchanged
from good g;
