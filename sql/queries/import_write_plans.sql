-- Makes and updates plans, and adds prices. Out: created bigint, updated bigint, unchanged bigint
-- (lines).
with good as (
  select r.*, row_number() over (partition by r.id order by r.valid_from desc) as age
  from import_plan r
  where not exists (select from import_error e where e.line = r.line)
), made as (
  insert into plan (code, name, currency, interval, interval_count, quantity_type, aggregation,
    item_id, taxable, discountable, tax_category)
  select id, name, currency, interval, interval_count::integer, quantity_type, aggregation,
         item_id, taxable, discountable, tax_category
  from good
  where known is null and age = 1
  order by line
  returning plan_id, code
), renamed as (
  update plan p
  set name = g.name, item_id = g.item_id, taxable = g.taxable, discountable = g.discountable,
      tax_category = g.tax_category
  from good g
  where p.plan_id = g.known and g.age = 1
    and (p.name, p.item_id, p.taxable, p.discountable, p.tax_category)
      is distinct from (g.name, g.item_id, g.taxable, g.discountable, g.tax_category)
  returning p.plan_id
), priced as (
  insert into price (plan_id, valid_from, pricing_mode, amount, tiers, package_size,
    included_quantity, minimum_amount)
  select coalesce(g.known, made.plan_id), g.valid_from, g.pricing_mode, g.amount, g.tiers,
         g.package_size, g.included_quantity,
         g.minimum_amount
  from good g
  left join made on made.code = g.id
  where not exists (select from price v where v.plan_id = g.known and v.valid_from = g.valid_from)
  order by g.line
  returning plan_id, valid_from
), outcome as (
  select case when (coalesce(g.known, made.plan_id), g.valid_from)
         in (select plan_id, valid_from from priced) then 'created'
              when g.age = 1 and g.known in (select plan_id from renamed) then 'updated'
              else 'unchanged' end as outcome
  from good g
  left join made on made.code = g.id
)
select count(*) filter (where outcome = 'created') as created, count(*)
       filter (where outcome = 'updated') as updated,
       count(*) filter (where outcome = 'unchanged') as unchanged
from outcome;
