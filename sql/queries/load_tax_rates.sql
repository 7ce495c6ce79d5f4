-- The tax rates with their values by day.
-- Columns: one row a version, the rate's columns repeated; in order of tax_rate_id, valid_from.
select t.tax_rate_id, t.code, t.is_percent, t.inclusive, t.compound, t.currency, t.country, t.state,
       t.postal_code, t.tax_category, v.tax_rate_version_id, v.value,
       least(greatest(v.valid_from, '0001-01-01'), '9999-12-31') as valid_from,
       least(v.valid_until, '9999-12-31') as valid_until
from tax_rate t
left join tax_rate_version v on v.tax_rate_id = t.tax_rate_id
order by t.tax_rate_id, v.valid_from
