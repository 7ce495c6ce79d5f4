-- Coupons as an import takes them.
-- Out: line text, in order of code.
-- Index: none needed
select json_strip_nulls(json_build_object(
  'object', 'coupon', 'id', c.code, 'name', c.name, 'value', trim_scale(c.value),
  'is_percent', c.is_percent, 'currency', c.currency, 'exclusive', nullif(c.exclusive, false),
  'expiration_date', c.expiration_date, 'max_redemptions', nullif(c.max_redemptions, 0),
  'duration_cycles', c.duration_cycles))::text as line
from coupon c
order by c.code, c.coupon_id
