-- Makes and updates tax rates, and adds versions. Out: created bigint, updated bigint, unchanged
-- bigint (lines).
with good as (
  select r.*, row_number() over (partition by r.id order by r.valid_from desc) as age
  from import_tax_rate r
  where not exists (select from import_error e where e.line = r.line)
), made as (
  insert into tax_rate (code, name, is_percent, inclusive, compound, currency, country, state,
    postal_code, tax_category)
  select id, name, is_percent, inclusive, compound, currency, country, state, postal_code,
         tax_category
  from good
  where known is null and age = 1
  order by line
  returning tax_rate_id, code
), renamed as (
  update tax_rate t
  set name = g.name, country = g.country, state = g.state, postal_code = g.postal_code,
      tax_category = g.tax_category
  from good g
  where t.tax_rate_id = g.known and g.age = 1
    and (t.name, t.country, t.state, t.postal_code, t.tax_category)
      is distinct from (g.name, g.country, g.state, g.postal_code, g.tax_category)
  returning t.tax_rate_id
), version as (
  insert into tax_rate_version (tax_rate_id, value, valid_from, valid_until)
  select coalesce(g.known, made.tax_rate_id), g.value, g.valid_from, g.valid_until
  from good g
  left join made on made.code = g.id
  where not exists (select from tax_rate_version v where v.tax_rate_id = g.known
    and v.valid_from = g.valid_from)
  order by g.line
  returning tax_rate_id, valid_from
), ended as (
  update tax_rate_version v
  set valid_until = g.valid_until
  from good g
  where v.tax_rate_id = g.known and v.valid_from = g.valid_from and v.valid_until <> g.valid_until
  returning v.tax_rate_id, v.valid_from
), outcome as (
  select case when exists (select from version v where v.tax_rate_id = coalesce(g.known,
         made.tax_rate_id) and v.valid_from = g.valid_from)
                then 'created'
              when g.age = 1 and g.known in (select tax_rate_id from renamed)
                or (g.known, g.valid_from) in (select tax_rate_id, valid_from from ended)
                  then 'updated'
              else 'unchanged' end as outcome
  from good g
  left join made on made.code = g.id
)
select count(*) filter (where outcome = 'created') as created, count(*)
       filter (where outcome = 'updated') as updated,
       count(*) filter (where outcome = 'unchanged') as unchanged
from outcome;
