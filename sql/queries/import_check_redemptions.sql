-- Refuses attachments beyond a coupon's max_redemptions: those of the lowest subscription ids stand
-- (RULES 0.9).
with taken as (
  select d.line, d.position, c.max_redemptions,
         c.redemptions + row_number() over (partition by d.coupon_id
           order by d.subscription_id) as redemption
  from import_discount d
  join coupon c on c.coupon_id = d.coupon_id and c.max_redemptions > 0
  where d.cycles_used is null and not exists (select from import_error e where e.line = d.line)
)
insert into import_error (line, fault)
select line, 'discounts.' || position - 1 || '|a coupon with redemptions left'
from taken
where redemption > max_redemptions;
