-- Makes and updates coupons. Out: created bigint, updated bigint, unchanged bigint.
with good as (
  select r.* from import_coupon r where not exists (select from import_error e
         where e.line = r.line)
), created as (
  insert into coupon (code, name, value, is_percent, currency, exclusive, expiration_date,
    max_redemptions, duration_cycles)
  select id, name, value, is_percent, currency, exclusive, expiration_date,
         max_redemptions::integer, duration_cycles::integer
  from good
  where known is null
  order by line
  returning 1
), updated as (
  update coupon c
  set name = g.name, expiration_date = g.expiration_date,
      max_redemptions = g.max_redemptions::integer
  from good g
  where c.coupon_id = g.known
    and (c.name, c.expiration_date, c.max_redemptions) is distinct
      from (g.name, g.expiration_date, g.max_redemptions::integer)
  returning 1
)
select (select count(*) from created) as created, (select count(*) from updated) as updated,
       (select count(*) from good) - (select count(*) from created) - (select count(*)
         from updated) as unchanged;
