-- Gives back days that a run has covered without billing them, of those who paid for them then
-- and of whom no document of the run stands, with the cycles of coupons that counted for them
-- (RULES 0.2, 6).
-- $1 run_id bigint, $2 payers int8[], empty for all, $3 released_by text.
-- Out: subscription_id bigint, slot smallint, span_start, span_end date.
-- Index: coverage_run_idx, invoice_run_idx, subscription_discount_pkey.
with freed as (
  update coverage c
  set released_by = $3
  where c.run_id = $1 and c.released_by is null
    and (cardinality($2::bigint[]) = 0 or c.payer_id = any($2))
    and not exists (
      select from invoice i
      where i.run_id = $1 and i.customer_id = c.payer_id
        and i.state in ('draft', 'open', 'written_off'))
  returning c.subscription_id, c.slot, c.span_start, c.span_end, c.coupon_ids,
    c.cycle_start
), cycle as (
  select f.subscription_id, n.coupon_id, count(distinct f.cycle_start)::integer as cycles
  from freed f, unnest(f.coupon_ids) as n (coupon_id)
  -- But for base periods of which other days stay billed.
  where f.slot = 0 and not exists (
    select from coverage o
    where o.subscription_id = f.subscription_id and o.slot = 0 and o.released_by is null
      and o.cycle_start = f.cycle_start
      and not exists (
        select from freed x
        where x.subscription_id = o.subscription_id and x.slot = 0
          and x.span_start = o.span_start))
  group by f.subscription_id, n.coupon_id
), given_back as (
  update subscription_discount s
  set cycles_used = greatest(s.cycles_used - c.cycles, 0)
  from cycle c
  where s.subscription_id = c.subscription_id and s.coupon_id = c.coupon_id
)
select f.subscription_id, f.slot, f.span_start, f.span_end
from freed f
order by f.subscription_id, f.slot, f.span_start
