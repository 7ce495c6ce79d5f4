-- Reads plans from good lines. Days that are UNIX timestamps are taken in the zone of the only
-- seller, else UTC.
insert into import_plan (
  line, id, known, name, currency, digits, interval, interval_count, valid_from, pricing_mode,
    amount, tiers, package_size,
  included_quantity, minimum_amount, quantity_type, aggregation, catalog_item, item_id, taxable,
    discountable, tax_category)
select l.line, r.id, known.plan_id, r.name, r.currency, c.digits, r.interval,
       coalesce(r.interval_count, 1),
       case when r.valid_from is null then '-infinity' else pg_temp.import_day(r.valid_from,
         zone.name) end,
       coalesce(r.pricing_mode, 'per_unit'), trim_scale(r.amount),
       tiers.list,
       trim_scale(r.package_size), coalesce(trim_scale(r.included_quantity), 0),
         trim_scale(r.minimum_amount),
       coalesce(r.quantity_type, 'constant'), coalesce(r.aggregation, 'sum'), r.catalog_item,
         i.item_id,
       coalesce(r.taxable, true), coalesce(r.discountable, true), r.tax_category
from import_line l
cross join lateral jsonb_to_record(l.doc) as r (
  id text, name text, currency text, interval text, interval_count numeric, valid_from jsonb,
    pricing_mode text,
  amount numeric, package_size numeric, included_quantity numeric, minimum_amount numeric,
    quantity_type text,
  aggregation text, catalog_item text, taxable boolean, discountable boolean, tax_category text)
cross join (select case count(*) when 1 then min(time_zone) else 'UTC' end as name from seller) zone
left join (
  select tier.line,
         jsonb_agg(jsonb_strip_nulls(tier.doc - 'min_qty') order by tier.position) as list
  from import_part tier
  where tier.object = 'tier'
  group by tier.line
) tiers on tiers.line = l.line
left join currency c on c.code = r.currency
left join item i on i.code = r.catalog_item
left join plan known on known.code = r.id
where l.object = 'plan';
