-- Checks coupons: one row a rule; a rule that meets a null holds.
insert into import_error (line, fault)
select bad.line, string_to_table(bad.faults, E'\n')
from (
  select r.line, concat_ws(E'\n',
    case when not (r.id <> '') then 'id|a text that is not empty' end,
    case when not (r.value >= 0 and r.value <= case when r.is_percent then 100 else 1e15 end)
      then 'value|a value from 0, at most 100 per cent' end,
    case when not (scale(r.value) <= case when r.is_percent then 12 else r.digits end)
      then 'value|no more digits than the currency has, or 12 of a percentage' end,
    case when not (r.is_percent or r.currency is not null)
      then 'currency|a currency, since the coupon is an amount' end,
    case when not (r.currency is null or r.digits is not null)
      then 'currency|a lower-case ISO 4217 code' end,
    case when not (not r.expires or r.expiration_date is not null)
      then 'expiration_date|a day ("2026-12-31") or a UNIX timestamp' end,
    case when not (r.max_redemptions between 0 and 2147483647
      and trunc(r.max_redemptions) = r.max_redemptions)
      then 'max_redemptions|a whole number from 0' end,
    case when not (r.max_redemptions = 0 or r.max_redemptions >= known.redemptions)
      then 'max_redemptions|no fewer than the coupon has redemptions' end,
    case when not (r.duration_cycles between 1 and 2147483647
      and trunc(r.duration_cycles) = r.duration_cycles)
      then 'duration_cycles|a whole number from 1' end,
    case when not (r.value = known.value)
      then 'value|the value that was published; another one needs another coupon' end,
    case when not (r.is_percent = known.is_percent)
      then 'is_percent|what the coupon is already' end,
    case when not (r.exclusive = known.exclusive) then 'exclusive|what the coupon is already' end,
    case when not (known.code is null or r.currency is not distinct from known.currency)
      then 'currency|the currency that the coupon has already' end,
    case when not (known.code is null or r.duration_cycles is not distinct
      from known.duration_cycles)
      then 'duration_cycles|what the coupon has already' end
  ) as faults
  from import_coupon r
  left join coupon known on known.coupon_id = r.known
) bad
where bad.faults <> '';
