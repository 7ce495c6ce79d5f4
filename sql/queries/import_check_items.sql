-- Checks catalog items: one row a rule; a rule that meets a null holds. Lines of one id agree in
-- the currency.
insert into import_error (line, fault)
select bad.line, string_to_table(bad.faults, E'\n')
from (
  select r.line, concat_ws(E'\n',
    case when not (r.id <> '') then 'id|a text that is not empty' end,
    case when not (abs(r.unit_cost) <= 1e15) then 'unit_cost|a number of at most 10^15' end,
    case when not (scale(r.unit_cost) <= 12) then 'unit_cost|a number of at most 12 places' end,
    case when not (r.digits is not null) then 'currency|a lower-case ISO 4217 code' end,
    case when not (r.currency = coalesce(known.currency, first.currency))
      then 'currency|the currency that the item has already' end,
    case when not (r.valid_from is not null)
      then 'valid_from|a day ("2026-12-31") or a UNIX timestamp' end,
    case when not (r.unit_cost = version.unit_cost)
      then 'unit_cost|the price published for this day; another one needs a later valid_from' end,
    case when not (version.unit_cost is not null or r.valid_from > version.newest)
      then 'valid_from|a later day than that of the newest published price' end
  ) as faults
  from import_item r
  left join item known on known.item_id = r.known
  cross join lateral (
    select min(v.unit_cost) filter (where v.valid_from = r.valid_from) as unit_cost,
           max(v.valid_from) as newest
    from item_price v
    where v.item_id = r.known
  ) version
  cross join lateral (select o.currency from import_item o where o.id = r.id
    order by o.line limit 1) first
) bad
where bad.faults <> ''
union all
select r.line, 'taxes.' || tax.position - 1 || '|the id of a tax rate|tax_rate'
from import_item r
cross join lateral jsonb_array_elements(r.taxes) with ordinality tax (code, position)
where jsonb_typeof(tax.code) <> 'string' or not exists (select from tax_rate t
  where t.code = tax.code #>> '{}')
union all
select r.line, 'taxes.' || clash - 1 || '|a tax that is not both within the price and on top of it'
from import_item r
cross join lateral pg_temp.import_tax_clash(r.taxes) clash
where jsonb_array_length(r.taxes) > 1 and clash is not null;
