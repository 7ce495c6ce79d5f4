-- The coupons attached to some subscriptions.
-- $1 subscription ids int8[]. In order of subscription_id, position.
-- An empty table is not searched for each. Index: subscription_discount_pkey.
select subscription_id, coupon_id, cycles_used
from subscription_discount
where exists (select from subscription_discount) and subscription_id = any($1)
order by subscription_id, position
