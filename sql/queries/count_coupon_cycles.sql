-- Adds the cycles for which coupons have counted; what credits gave back is below zero.
-- $1 subscription ids int8[], $2 coupon ids int8[], $3 cycles int4[].
-- Index: subscription_discount_coupon_key.
update subscription_discount d
set cycles_used = greatest(d.cycles_used + counted.cycles, 0)
from unnest($1::bigint[], $2::bigint[], $3::integer[])
  as counted (subscription_id, coupon_id, cycles)
where d.subscription_id = counted.subscription_id and d.coupon_id = counted.coupon_id
