-- Attaches coupons to subscriptions. $1 now timestamptz.
insert into subscription_discount (subscription_id, position, coupon_id, cycles_used, attached_on)
select r.id, d.position, d.coupon_id, coalesce(d.cycles_used, 0),
       coalesce(d.attached_on, ($1 at time zone r.zone)::date)
from import_discount d
join import_subscription r on r.line = d.line and (not r.known or r.discounts_differ)
where not exists (select from import_error e where e.line = r.line);
