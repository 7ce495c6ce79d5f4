-- Checks the line items of invoices: one row a rule; a rule that meets a null holds.
insert into import_error (line, fault)
select bad.line, 'items.' || bad.position - 1 || '.' || string_to_table(bad.faults, E'\n')
from (
  select r.line, r.position, concat_ws(E'\n',
    case when not (r.catalog_item is null or r.item_id is not null)
      then 'catalog_item|the id of an item|item' end,
    case when not (r.item_currency = v.currency)
      then 'catalog_item|an item in the currency of the invoice' end,
    case when not (r.name <> '' or r.catalog_item is not null)
      then 'name|a text that is not empty' end,
    case when not (r.name is not null or r.catalog_item is not null)
      then 'name|a name, since there is no catalog_item' end,
    case when not (r.unit_cost is not null or r.catalog_item is not null)
      then 'unit_cost|a number, since there is no catalog_item' end,
    case when not (r.unit_cost is not null or r.item_id is null)
      then 'unit_cost|a number, since the item has no price on the invoice date' end,
    case when not (abs(r.unit_cost) <= 1e15 and scale(r.unit_cost) <= 12)
      then 'unit_cost|a number of at most 10^15 and 12 places' end,
    case when not (abs(r.quantity) <= 1e15 and scale(r.quantity) <= 12)
      then 'quantity|a number of at most 10^15 and 12 places' end,
    case when not (not jsonb_path_exists(r.metadata,
      'strict $.* ? (@.type() != "string" && @.type() != "number" && @.type() != "boolean")'))
      then 'metadata|a flat object of texts, numbers and booleans' end
  ) as faults
  from import_invoice_item r
  join import_invoice v on v.line = r.line
) bad
where bad.faults <> '';
