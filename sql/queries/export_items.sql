-- Catalog items as an import takes them, one object a price.
-- Out: line text, in order of code and day.
-- Index: none needed
select json_strip_nulls(json_build_object(
  'object', 'item', 'id', i.code, 'name', i.name, 'unit_cost', trim_scale(p.unit_cost),
  'currency', i.currency, 'valid_from', nullif(p.valid_from, '-infinity'), 'type', i.type,
  'description', i.description, 'taxable', nullif(i.taxable, true),
  'discountable', nullif(i.discountable, true), 'taxes', nullif(i.taxes, '{}'),
  'tax_category', i.tax_category))::text as line
from item i
join item_price p on p.item_id = i.item_id
order by i.code, p.valid_from, p.item_price_id
