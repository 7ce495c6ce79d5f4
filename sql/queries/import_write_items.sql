-- Makes and updates catalog items, and adds prices. Out: created bigint, updated bigint, unchanged
-- bigint (lines).
with good as (
  select r.*, row_number() over (partition by r.id order by r.valid_from desc) as age,
         array(select jsonb_array_elements_text(r.taxes)) as tax_codes
  from import_item r
  where not exists (select from import_error e where e.line = r.line)
), made as (
  insert into item (code, name, currency, type, description, taxable, discountable, taxes,
    tax_category)
  select id, name, currency, type, description, taxable, discountable, tax_codes, tax_category
  from good
  where known is null and age = 1
  order by line
  returning item_id, code
), renamed as (
  update item i
  set name = g.name, type = g.type, description = g.description, taxable = g.taxable,
      discountable = g.discountable,
      taxes = g.tax_codes, tax_category = g.tax_category
  from good g
  where i.item_id = g.known and g.age = 1
    and (i.name, i.type, i.description, i.taxable, i.discountable, i.taxes, i.tax_category)
      is distinct from (g.name, g.type, g.description, g.taxable, g.discountable, g.tax_codes,
        g.tax_category)
  returning i.item_id
), priced as (
  insert into item_price (item_id, unit_cost, valid_from)
  select coalesce(g.known, made.item_id), g.unit_cost, g.valid_from
  from good g
  left join made on made.code = g.id
  where not exists (select from item_price v where v.item_id = g.known
    and v.valid_from = g.valid_from)
  order by g.line
  returning item_id, valid_from
), outcome as (
  select case when (coalesce(g.known, made.item_id), g.valid_from)
         in (select item_id, valid_from from priced) then 'created'
              when g.age = 1 and g.known in (select item_id from renamed) then 'updated'
              else 'unchanged' end as outcome
  from good g
  left join made on made.code = g.id
)
select count(*) filter (where outcome = 'created') as created, count(*)
       filter (where outcome = 'updated') as updated,
       count(*) filter (where outcome = 'unchanged') as unchanged
from outcome;
