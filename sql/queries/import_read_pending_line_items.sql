-- Reads pending line items from good lines; one of the catalog takes what is not given from the
-- item, and its price of
-- today. $1 now timestamptz.
insert into import_pending_line_item (
  line, customer_id, currency, catalog_item, item_id, item_currency, type, name, description,
    quantity, unit_cost,
  discountable, taxable, tax_category, discounts, taxes, metadata, added_on)
select l.line, c.customer_id, coalesce(c.currency, s.currency), r.catalog_item, i.item_id,
       i.currency,
       coalesce(r.type, i.type), coalesce(r.name, i.name), coalesce(r.description, i.description),
       coalesce(trim_scale(r.quantity), 1), coalesce(trim_scale(r.unit_cost), price.unit_cost),
       coalesce(r.discountable, i.discountable, true), coalesce(r.taxable, i.taxable, true),
         i.tax_category,
       coalesce(r.discounts, '[]'), coalesce(r.taxes, to_jsonb(i.taxes), '[]'),
         coalesce(r.metadata, '{}'), today.day
from import_line l
cross join lateral jsonb_to_record(l.doc) as r (
  customer numeric, catalog_item text, type text, name text, description text, quantity numeric,
    unit_cost numeric,
  discountable boolean, taxable boolean, discounts jsonb, taxes jsonb, metadata jsonb)
left join customer c on c.customer_id = pg_temp.import_id(r.customer)
left join seller s on s.seller_id = c.seller_id
left join item i on i.code = r.catalog_item
cross join lateral (select ($1 at time zone s.time_zone)::date as day) today
left join lateral (
  select v.unit_cost from item_price v
  where v.item_id = i.item_id and v.valid_from <= today.day
  order by v.valid_from desc
  limit 1
) price on true
where l.object = 'pending_line_item';
