-- Finds known subscriptions of which days are covered, and whose add-ons or coupons are others than before.
update import_subscription r
set covered = exists (
      select from coverage c where c.subscription_id = r.id and c.released_by is null offset 0),
    addons_differ =
      array(select row (a.slot, a.plan_id, a.quantity, a.amount, a.description)::text from import_addon a
            where a.line = r.line order by a.slot)
      <> array(select row (a.slot, a.plan_id, a.quantity, a.amount, a.description)::text from subscription_addon a
               where a.subscription_id = r.id order by a.slot),
    discounts_differ =
      array(select d.coupon_id from import_discount d where d.line = r.line order by d.position)
      <> array(select d.coupon_id from subscription_discount d where d.subscription_id = r.id order by d.position)
where r.known;
