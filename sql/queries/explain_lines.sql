-- The lines of some documents with the price version of each and what was kept of its pricing.
-- $1 invoice ids int8[]. In order of invoice_id, line_no. Columns as selected, in the order given.
-- Index: invoice_line_pkey, price_pkey, usage_record_period_idx.
select l.invoice_id, l.line_no, l.kind, coalesce(l.name, p.name, t.name, l.kind) as name,
  l.description, l.quantity, l.unit_cost, l.amount_minor, l.discount_minor,
  l.invoice_discount_minor, l.net_minor, coalesce(l.tax_nos, '{}') as tax_nos, l.discountable,
  l.tax_date, l.subscription_id, coalesce(l.slot, 0::smallint) as slot, l.period_start,
  l.period_end,
  (l.pricing -> 'of_period' ->> 0)::date as whole_start,
  (l.pricing -> 'of_period' ->> 1)::date as whole_end,
  (l.pricing ->> 'quantity')::numeric as total,
  (l.pricing ->> 'included_quantity')::numeric as included,
  (l.pricing ->> 'priced_quantity')::numeric as priced_quantity,
  (l.pricing ->> 'price')::numeric as custom_price,
  (l.pricing -> 'tier' ->> 0)::numeric as tier_above,
  (l.pricing -> 'tier' ->> 1)::numeric as tier_up_to,
  coalesce(l.pricing ? 'flat_cost', false) as is_flat_cost,
  (l.pricing ->> 'package_size')::numeric as package_size,
  (l.pricing ->> 'percent')::numeric as percent,
  (l.pricing ->> 'minimum')::numeric as minimum,
  (l.pricing ->> 'billed_before')::numeric as billed_before,
  (l.pricing ->> 'live_days')::integer as live_days,
  coalesce(l.pricing ? 'rebilled', false) as is_rebilled,
  p.code as plan, case when p.quantity_type = 'usage' then p.aggregation end as aggregation,
  case when l.kind = 'usage' then (
    select count(*) from usage_record u
    where u.subscription_id = l.subscription_id
      and u.plan_id = any(measured_plans(l.subscription_id, l.slot, p.plan_id))
      and u.used_on >= l.period_start and u.used_on < l.period_end) end as records,
  q.price_id, least(greatest(q.valid_from, '0001-01-01'), '9999-12-31') as valid_from,
  q.pricing_mode, q.amount, q.package_size as price_package_size, q.included_quantity,
  q.minimum_amount, b.bounds, b.unit_costs, b.flat_costs,
  coalesce(l.pricing ? 'given', false) as is_given,
  (l.pricing ->> 'parts_before')::numeric as parts_before
from invoice_line l
left join price q on q.price_id = l.price_id
left join plan p on p.plan_id = q.plan_id
left join item t on t.item_id = l.item_id
cross join lateral (
  select coalesce(array_agg(trim_scale(tier.max_qty) order by tier.position)
           filter (where tier.max_qty is not null), '{}') as bounds,
         coalesce(array_agg(trim_scale(coalesce(tier.unit_cost, 0)) order by tier.position), '{}')
           as unit_costs,
         coalesce(array_agg(trim_scale(coalesce(tier.flat_cost, 0)) order by tier.position), '{}')
           as flat_costs
  from rows from (jsonb_to_recordset(q.tiers)
    as (max_qty numeric, unit_cost numeric, flat_cost numeric))
    with ordinality as tier (max_qty, unit_cost, flat_cost, position)
) b
where l.invoice_id = any($1)
order by l.invoice_id, l.line_no;
