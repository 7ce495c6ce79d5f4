-- Checks pending line items: one row a rule; a rule that meets a null holds.
insert into import_error (line, fault)
select bad.line, string_to_table(bad.faults, E'\n')
from (
  select r.line, concat_ws(E'\n',
    case when not (r.customer_id is not null) then 'customer|the id of a customer|customer' end,
    case when not (r.catalog_item is null or r.item_id is not null)
      then 'catalog_item|the id of an item|item' end,
    case when not (r.item_currency = r.currency)
      then 'catalog_item|an item in the currency of the customer' end,
    case when not (r.name <> '' or r.catalog_item is not null)
      then 'name|a text that is not empty' end,
    case when not (r.name is not null or r.catalog_item is not null)
      then 'name|a name, since there is no catalog_item' end,
    case when not (r.unit_cost is not null or r.catalog_item is not null)
      then 'unit_cost|a number, since there is no catalog_item' end,
    case when not (r.unit_cost is not null or r.item_id is null or r.customer_id is null)
      then 'unit_cost|a number, since the item has no price today' end,
    case when not (abs(r.unit_cost) <= 1e15 and scale(r.unit_cost) <= 12)
      then 'unit_cost|a number of at most 10^15 and 12 places' end,
    case when not (r.quantity between 0 and 1e15 and scale(r.quantity) <= 12)
      then 'quantity|a number from 0 to 10^15 of at most 12 places' end,
    case when not (not jsonb_path_exists(r.metadata,
      'strict $.* ? (@.type() != "string" && @.type() != "number" && @.type() != "boolean")'))
      then 'metadata|a flat object of texts, numbers and booleans' end
  ) as faults
  from import_pending_line_item r
) bad
where bad.faults <> ''
union all
select r.line, 'taxes.' || tax.position - 1
         || case when t.tax_rate_id is not null then '|a tax in the currency of the customer'
           else '|the id of a tax rate, or {"amount": 3.85}|tax_rate' end
from import_pending_line_item r
cross join lateral jsonb_array_elements(r.taxes) with ordinality tax (code, position)
left join tax_rate t on jsonb_typeof(tax.code) = 'string' and t.code = tax.code #>> '{}'
left join currency digits on digits.code = r.currency
where case jsonb_typeof(tax.code)
    when 'object' then not pg_temp.import_is_amount(tax.code, digits.digits)
    else t.tax_rate_id is null or not t.is_percent and t.currency <> r.currency end
union all
select r.line, 'taxes.' || clash - 1 || '|a tax that is not both within the price and on top of it'
from import_pending_line_item r
cross join lateral pg_temp.import_tax_clash(r.taxes) clash
where jsonb_array_length(r.taxes) > 1 and clash is not null
union all
select r.line, 'discounts.' || d.position - 1
         || '|the id of a coupon in the currency of the customer, or {"amount": 3.85}|coupon'
from import_pending_line_item r
cross join lateral jsonb_array_elements(r.discounts) with ordinality d (one, position)
left join coupon c on jsonb_typeof(d.one) = 'string' and c.code = d.one #>> '{}'
left join currency digits on digits.code = r.currency
where case jsonb_typeof(d.one)
    when 'string' then c.coupon_id is null or not c.is_percent and c.currency <> r.currency
    when 'object' then not pg_temp.import_is_amount(d.one, digits.digits)
    else true end;
