-- Finds known subscriptions of which days are covered, and whose add-ons or coupons are others than
-- before.
with given as (
  select a.line, array_agg(row (a.slot, a.plan_id, a.quantity, a.amount, a.description)::text
           order by a.slot) as addons
  from import_addon a
  group by a.line
), kept as (
  select a.subscription_id, array_agg(row (a.slot, a.plan_id, a.quantity, a.amount,
           a.description)::text
           order by a.slot) as addons
  from subscription_addon a
  where a.subscription_id in (select r.id from import_subscription r where r.known)
  group by a.subscription_id
), wanted as (
  select d.line, array_agg(d.coupon_id order by d.position) as coupons
  from import_discount d
  group by d.line
), attached as (
  select d.subscription_id, array_agg(d.coupon_id order by d.position) as coupons
  from subscription_discount d
  where d.subscription_id in (select r.id from import_subscription r where r.known)
  group by d.subscription_id
)
update import_subscription r
set covered = k.covered, addons_differ = k.addons_differ, discounts_differ = k.discounts_differ
from (
  select o.line, coverage.span_start is not null as covered,
         given.addons is distinct from kept.addons as addons_differ,
         wanted.coupons is distinct from attached.coupons as discounts_differ
  from import_subscription o
  left join given on given.line = o.line
  left join kept on kept.subscription_id = o.id
  left join wanted on wanted.line = o.line
  left join attached on attached.subscription_id = o.id
  left join lateral (
    select c.span_start from coverage c
    where c.subscription_id = o.id and c.released_by is null
    limit 1
  ) coverage on true
  where o.known
) k
where r.line = k.line and (k.covered or k.addons_differ or k.discounts_differ);
