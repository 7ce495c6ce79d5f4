-- Reads catalog items from good lines. Days that are UNIX timestamps are taken in the zone of the
-- only seller, else UTC.
insert into import_item (
  line, id, known, name, unit_cost, currency, digits, valid_from, type, description, taxable,
    discountable, taxes,
  tax_category)
select l.line, r.id, known.item_id, r.name, trim_scale(r.unit_cost), r.currency, c.digits,
       case when r.valid_from is null then '-infinity' else pg_temp.import_day(r.valid_from,
         zone.name) end,
       coalesce(r.type, 'product'), r.description, coalesce(r.taxable, true),
         coalesce(r.discountable, true),
       coalesce(r.taxes, '[]'), r.tax_category
from import_line l
cross join lateral jsonb_to_record(l.doc) as r (
  id text, name text, unit_cost numeric, currency text, valid_from jsonb, type text,
    description text, taxable boolean,
  discountable boolean, taxes jsonb, tax_category text)
cross join (select case count(*) when 1 then min(time_zone) else 'UTC' end as name from seller) zone
left join currency c on c.code = r.currency
left join item known on known.code = r.id
where l.object = 'item';
