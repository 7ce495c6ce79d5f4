-- Gives back the days of documents that came to nothing and were suppressed, all of a payer's that
-- a run covered so, where something newer touches some of them: a change, a cancellation with
-- credit, usage that came in late, days after them that were given back. They are billed as though
-- nobody had looked at them yet, and the cycles of their coupons are free again (RULES 0.2, 5).
-- $1 payer ids int8[], $2 as_of date, $3 released_by text.
-- Index: coverage_zero_idx, subscription_customer_idx, customer_parent_idx,
-- subscription_change_subscription_idx, usage_record_period_idx, coverage_released_idx.
with own as materialized (
  select s.subscription_id, s.canceled_at, s.prorate_cancel, o.payer_id
  from (
    select p.payer_id, p.payer_id as customer_id from unnest($1::bigint[]) as p (payer_id)
    join customer k on k.customer_id = p.payer_id
    where (k.bill_parent and k.parent_customer_id is not null) is not true
    union all
    select k.parent_customer_id, k.customer_id
    from customer k
    where k.parent_customer_id = any($1) and k.bill_parent
  ) o
  join subscription s on s.customer_id = o.customer_id
  where exists (select from coverage c where c.reason = 'zero' and c.released_by is null)
), suppressed as materialized (
  select o.*, c.slot, c.span_start, c.span_end, c.run_id
  from own o
  join coverage c on c.subscription_id = o.subscription_id and c.reason = 'zero'
    and c.released_by is null
), touched as (
  select distinct z.payer_id, z.run_id
  from suppressed z
  where z.run_id is not null and (
    z.prorate_cancel and z.canceled_at < z.span_end and z.canceled_at <= $2
    or exists (
      select from subscription_change h
      where h.subscription_id = z.subscription_id and h.applied_by is null
        and h.effective <= $2
        -- Or within a pause right after it, which it may end.
        and h.effective < greatest(z.span_end, (
          select max(p.span_end) from coverage p
          where p.subscription_id = z.subscription_id and p.slot = z.slot
            and p.released_by is null and p.reason = 'paused' and p.span_start = z.span_end)))
    or exists (
      select from billing_cursor b
      join usage_record u on u.subscription_id = b.subscription_id and u.used_on >= b.usage_from
        and u.used_on >= z.span_start and u.used_on < z.span_end
      where b.subscription_id = z.subscription_id and b.usage_from < b.usage_through)
    or coalesce(z.canceled_at, 'infinity') > z.span_end and exists (
      select from coverage r
      where r.subscription_id = z.subscription_id and r.slot = z.slot
        and r.released_by is not null and r.span_start <= z.span_end and r.span_end > z.span_end)
      and not exists (
        select from coverage l
        where l.subscription_id = z.subscription_id and l.slot = z.slot
          and l.released_by is null and l.span_start = z.span_end))
), freed as (
  update coverage c
  set released_by = $3
  from suppressed z
  join touched t on t.payer_id = z.payer_id and t.run_id = z.run_id
  where c.subscription_id = z.subscription_id and c.slot = z.slot and c.span_start = z.span_start
    and c.released_by is null
  returning c.subscription_id, c.span_start, c.slot, c.coupon_ids, c.cycle_start
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
)
update subscription_discount s
set cycles_used = greatest(s.cycles_used - c.cycles, 0)
from cycle c
where s.subscription_id = c.subscription_id and s.coupon_id = c.coupon_id
