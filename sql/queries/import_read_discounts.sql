-- Reads the coupons of subscriptions from good lines, with what was counted of those that are
-- attached already.
insert into import_discount (line, subscription_id, position, code, coupon_id, currency, exclusive,
  cycles_used, attached_on)
select r.line, r.id, one.position, one.code, c.coupon_id, c.currency, c.exclusive, d.cycles_used,
       d.attached_on
from import_subscription r
cross join lateral jsonb_array_elements(r.discounts) with ordinality one (code, position)
left join coupon c on jsonb_typeof(one.code) = 'string' and c.code = one.code #>> '{}'
left join subscription_discount d on d.subscription_id = r.id and d.coupon_id = c.coupon_id
where r.discounts <> '[]' and not exists (select from import_error e where e.line = r.line);
