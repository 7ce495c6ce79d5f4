-- The plans with their published prices.
-- Columns: one row a price, the plan's columns repeated; in order of plan_id, valid_from.
-- A plan without prices has one row with null price columns. A price with an included quantity or a
-- minimum has a pricing mode of its own, so that a program that knows neither bills neither.
select p.plan_id, p.code, p.currency, p.interval, p.interval_count, p.quantity_type, p.taxable,
       p.discountable, p.tax_category, r.price_id,
       least(greatest(r.valid_from, '0001-01-01'), '9999-12-31') as valid_from,
       r.pricing_mode || case when r.included_quantity <> 0 then ' with an included quantity'
                              when r.minimum_amount is not null then ' with a minimum'
                              else '' end as pricing_mode,
       r.amount
from plan p
left join price r on r.plan_id = p.plan_id
order by p.plan_id, r.valid_from
