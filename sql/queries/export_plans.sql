-- Plans as an import takes them, one object a price.
-- Out: line text, in order of code and day.
-- Index: none needed
select json_strip_nulls(json_build_object(
  'object', 'plan', 'id', p.code, 'name', p.name, 'currency', p.currency,
  'interval', p.interval, 'interval_count', nullif(p.interval_count, 1),
  'valid_from', nullif(v.valid_from, '-infinity'), 'pricing_mode', v.pricing_mode,
  'amount', trim_scale(v.amount), 'tiers', v.tiers, 'package_size', trim_scale(v.package_size),
  'included_quantity', nullif(trim_scale(v.included_quantity), 0),
  'minimum_amount', trim_scale(v.minimum_amount),
  'quantity_type', nullif(p.quantity_type, 'constant'),
  'aggregation', nullif(p.aggregation, 'sum'), 'catalog_item', i.code,
  'taxable', nullif(p.taxable, true), 'discountable', nullif(p.discountable, true),
  'tax_category', p.tax_category))::text as line
from plan p
join price v on v.plan_id = p.plan_id
left join item i on i.item_id = p.item_id
order by p.code, v.valid_from, v.price_id
