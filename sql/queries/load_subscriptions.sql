-- What the payers of a batch pay for: their own subscriptions and those of children billed to them.
-- $1 payer ids int8[], $2 those who pay for themselves int8[]. In order of payer_id,
--   subscription_id.
-- Index: subscription_customer_idx, billing_cursor_pkey, customer_parent_idx,
-- coverage_released_idx, coverage_live_key.
with owner as (
  select customer_id as payer_id, customer_id from unnest($2::bigint[]) as wanted (customer_id)
  union all
  select c.parent_customer_id, c.customer_id from customer c
  where c.parent_customer_id = any($1) and c.bill_parent
)
select o.payer_id, s.subscription_id, s.plan_id, s.quantity, s.amount, s.start_date, s.trial_end,
       s.bill_in, s.bill_in_advance_days, coalesce(s.snap_to_nth_day, s.anchor_day) as billing_day,
       s.cycles, s.contract_renewal_mode, s.contract_renewal_cycles, s.contract_term,
       nullif(s.canceled_at, 'infinity') as canceled_at,
       s.cancel_at_period_end, s.prorate_cancel, s.paused, s.migrated_through, s.taxes,
       b.covered_through, b.straight, b.version,
       -- What came in for days that no run has billed yet is not late.
       case when b.usage_from < b.usage_through is not false then b.usage_from end as usage_from,
       -- The first day that was given back and that nothing covers.
       case when not b.straight then (
         select min(r.span_start)
         from coverage r
         where r.subscription_id = s.subscription_id and r.slot = 0 and r.released_by is not null
           and not exists (
             select from coverage l
             where l.subscription_id = r.subscription_id and l.slot = 0 and l.released_by is null
               and l.span_start <= r.span_start and l.span_end > r.span_start))
       end as given_back_from
from owner o
join subscription s on s.customer_id = o.customer_id
join billing_cursor b on b.subscription_id = s.subscription_id
order by o.payer_id, s.subscription_id
