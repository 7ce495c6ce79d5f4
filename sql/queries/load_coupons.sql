-- The coupons, in order of coupon_id.
select coupon_id, code, value, is_percent, currency, exclusive,
  case when expiration_date < '0001-01-01' then '0001-01-01'
       when expiration_date <= '9999-12-31' then expiration_date end as expiration_date,
  duration_cycles
from coupon
order by coupon_id
