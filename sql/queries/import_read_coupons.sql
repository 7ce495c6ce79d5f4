-- Reads coupons from good lines. Days that are UNIX timestamps are taken in the zone of the only
-- seller, else UTC.
insert into import_coupon (
  line, id, known, name, value, is_percent, currency, digits, exclusive, expires, expiration_date,
    max_redemptions,
  duration_cycles)
select l.line, r.id, known.coupon_id, r.name, trim_scale(r.value), coalesce(r.is_percent, true),
       r.currency, c.digits,
       coalesce(r.exclusive, false), r.expiration_date is not null,
         pg_temp.import_day(r.expiration_date, zone.name),
       coalesce(r.max_redemptions, 0), r.duration_cycles
from import_line l
cross join lateral jsonb_to_record(l.doc) as r (
  id text, name text, value numeric, is_percent boolean, currency text, exclusive boolean,
    expiration_date jsonb,
  max_redemptions numeric, duration_cycles numeric)
cross join (select case count(*) when 1 then min(time_zone) else 'UTC' end as name from seller) zone
left join currency c on c.code = r.currency
left join coupon known on known.code = r.id
where l.object = 'coupon';
