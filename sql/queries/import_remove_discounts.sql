-- Removes the coupons of known subscriptions that get others; those that stay come back with what
-- was counted.
delete from subscription_discount d
using import_subscription r
where r.known and r.discounts_differ and d.subscription_id = r.id
  and not exists (select from import_error e where e.line = r.line);
