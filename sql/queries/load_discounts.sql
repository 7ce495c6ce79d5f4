-- The coupons attached to some subscriptions.
-- $1 subscription ids int8[]. In order of subscription_id, position.
-- Index: subscription_discount_pkey.
select subscription_id, coupon_id, cycles_used
from subscription_discount
where subscription_id = any($1)
order by subscription_id, position
