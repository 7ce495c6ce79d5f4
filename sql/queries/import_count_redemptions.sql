-- Counts coupons attached and those given back unused (RULES 0.9).
with differing as (
  select r.line, r.id, r.known
  from import_subscription r
  where r.discounts <> '[]' and not r.known and not exists (select from import_error e
    where e.line = r.line)
  union all
  select r.line, r.id, r.known
  from import_subscription r
  where r.known and r.discounts_differ and not exists (select from import_error e
    where e.line = r.line)
), moved as (
  select coupon_id, sum(redemptions) as redemptions
  from (
    select d.coupon_id, 1 as redemptions
    from differing r
    join import_discount d on d.line = r.line and d.cycles_used is null
    union all
    select d.coupon_id, -1
    from differing r
    join subscription_discount d on r.known and d.subscription_id = r.id
    where not exists (select from import_discount i where i.line = r.line
      and i.coupon_id = d.coupon_id)
  ) one
  group by coupon_id
)
update coupon c
set redemptions = c.redemptions + m.redemptions
from moved m
where c.coupon_id = m.coupon_id and m.redemptions <> 0;
