-- The coupons, in order of coupon_id.
select coupon_id, code, value, is_percent, currency, exclusive, expiration_date, duration_cycles
from coupon
order by coupon_id
