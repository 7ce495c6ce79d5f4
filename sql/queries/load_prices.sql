-- The plans with their published prices.
-- Columns: one row a price, the plan's columns repeated; in order of plan_id, valid_from.
-- A plan without prices has one row with null price columns. Tiers come as three arrays, the lowest
-- tier first: upper bounds (one less, since the last tier has none), unit costs and flat costs.
select p.plan_id, p.code, p.currency, p.interval, p.interval_count, p.quantity_type, p.taxable,
       p.discountable, p.tax_category, r.price_id,
       least(greatest(r.valid_from, '0001-01-01'), '9999-12-31') as valid_from,
       r.pricing_mode, r.amount, r.package_size, r.included_quantity, r.minimum_amount,
       t.bounds, t.unit_costs, t.flat_costs
from plan p
left join price r on r.plan_id = p.plan_id
cross join lateral (
  select coalesce(array_agg(trim_scale(tier.max_qty) order by tier.position)
           filter (where tier.max_qty is not null), '{}') as bounds,
         coalesce(array_agg(trim_scale(coalesce(tier.unit_cost, 0)) order by tier.position), '{}')
           as unit_costs,
         coalesce(array_agg(trim_scale(coalesce(tier.flat_cost, 0)) order by tier.position), '{}')
           as flat_costs
  from rows from (jsonb_to_recordset(r.tiers)
    as (max_qty numeric, unit_cost numeric, flat_cost numeric))
    with ordinality as tier (max_qty, unit_cost, flat_cost, position)
) t
order by p.plan_id, r.valid_from
