-- Covers days again by the lines that had billed them, since what gave them back is undone
-- (RULES 0.2). Cycles of coupons that count for a base period of which none was left count again.
-- $1 subscription ids int8[], $2 slots int4[], $3 first days date[], $4 ends date[],
-- $5 invoice ids int8[], $6 line numbers int4[].
-- Index: coverage_released_idx, coverage_live_key, subscription_discount_coupon_key.
with again as (
  insert into coverage (subscription_id, slot, span_start, span_end, invoice_id, line_no,
    coupon_ids, cycle_start)
  select w.subscription_id, w.slot::smallint, w.span_start, w.span_end, w.invoice_id, w.line_no,
    o.coupon_ids, o.cycle_start
  from unnest($1::bigint[], $2::integer[], $3::date[], $4::date[], $5::bigint[], $6::integer[])
    as w (subscription_id, slot, span_start, span_end, invoice_id, line_no)
  left join lateral (
    select o.coupon_ids, o.cycle_start
    from coverage o
    where o.subscription_id = w.subscription_id and o.slot = w.slot::smallint
      and o.released_by is not null and o.invoice_id = w.invoice_id and o.line_no = w.line_no
      and o.cycle_start is not null
    limit 1) o on true
  returning subscription_id, slot, coupon_ids, cycle_start
), cycle as (
  select a.subscription_id, n.coupon_id, count(distinct a.cycle_start)::integer as cycles
  from again a, unnest(a.coupon_ids) as n (coupon_id)
  where a.slot = 0 and not exists (
    select from coverage o
    where o.subscription_id = a.subscription_id and o.slot = 0 and o.released_by is null
      and o.cycle_start = a.cycle_start)
  group by a.subscription_id, n.coupon_id
)
update subscription_discount s
set cycles_used = s.cycles_used + c.cycles
from cycle c
where s.subscription_id = c.subscription_id and s.coupon_id = c.coupon_id
