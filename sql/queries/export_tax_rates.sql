-- Tax rates as an import takes them, one object a version.
-- Out: line text, in order of code and day.
-- Index: none needed
select json_strip_nulls(json_build_object(
  'object', 'tax_rate', 'id', t.code, 'name', t.name, 'value', trim_scale(v.value),
  'is_percent', t.is_percent, 'inclusive', nullif(t.inclusive, false),
  'compound', nullif(t.compound, false), 'currency', t.currency, 'country', t.country,
  'state', t.state, 'postal_code', t.postal_code, 'tax_category', t.tax_category,
  'valid_from', nullif(v.valid_from, '-infinity'),
  'valid_until', nullif(v.valid_until, 'infinity')))::text as line
from tax_rate t
join tax_rate_version v on v.tax_rate_id = t.tax_rate_id
order by t.code, v.valid_from, v.tax_rate_version_id
