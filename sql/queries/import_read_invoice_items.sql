-- Reads the line items of invoices; one of the catalog takes what is not given from the item, and
-- its price of the invoice date.
insert into import_invoice_item (
  line, position, catalog_item, item_id, item_currency, type, name, description, quantity,
    unit_cost, discountable, taxable, tax_category, discounts, taxes, metadata)
select p.line, p.position, r.catalog_item, i.item_id, i.currency, coalesce(r.type, i.type),
       coalesce(r.name, i.name), coalesce(r.description, i.description),
       coalesce(trim_scale(r.quantity), 1), coalesce(trim_scale(r.unit_cost), price.unit_cost),
       coalesce(r.discountable, i.discountable, true), coalesce(r.taxable, i.taxable, true),
       i.tax_category, coalesce(nullif(r.discounts, 'null'), '[]'),
       coalesce(nullif(r.taxes, 'null'), to_jsonb(i.taxes), '[]'),
       coalesce(nullif(r.metadata, 'null'), '{}')
from import_invoice v
join import_part p on p.line = v.line and p.object = 'line_item'
cross join lateral jsonb_to_record(p.doc) as r (
  catalog_item text, type text, name text, description text, quantity numeric, unit_cost numeric,
    discountable boolean, taxable boolean, discounts jsonb, taxes jsonb, metadata jsonb)
left join item i on i.code = r.catalog_item
left join lateral (
  select x.unit_cost from item_price x
  where x.item_id = i.item_id and x.valid_from <= v.date
  order by x.valid_from desc
  limit 1
) price on true;
