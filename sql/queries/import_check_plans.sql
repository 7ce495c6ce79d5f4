-- Checks plans: one row a rule; a rule that meets a null holds. Lines of one id agree in all but
-- the price.
insert into import_error (line, fault)
select bad.line, string_to_table(bad.faults, E'\n')
from (
  select r.line, concat_ws(E'\n',
    case when not (r.id <> '') then 'id|a text that is not empty' end,
    case when not (r.digits is not null) then 'currency|a lower-case ISO 4217 code' end,
    case when not (r.interval in ('day', 'week', 'month', 'year'))
      then 'interval|day, week, month or year' end,
    case when not (r.interval_count between 1 and 1000
      and trunc(r.interval_count) = r.interval_count)
      then 'interval_count|a whole number from 1 to 1000' end,
    case when not (r.valid_from is not null)
      then 'valid_from|a day ("2026-12-31") or a UNIX timestamp' end,
    case when not (r.pricing_mode in ('per_unit', 'flat', 'volume', 'tiered', 'package',
      'stairstep', 'percentage', 'custom'))
      then 'pricing_mode|per_unit, flat, volume, tiered, package, stairstep, percentage'
        || ' or custom' end,
    case when not (r.pricing_mode not in ('per_unit', 'flat', 'package', 'percentage')
      or r.amount is not null)
      then 'amount|a number, it is missing' end,
    case when not (r.pricing_mode not in ('volume', 'tiered', 'stairstep', 'custom')
      or r.amount is null)
      then 'amount|no amount, since the pricing_mode has none' end,
    case when not (abs(r.amount) <= 1e15 and scale(r.amount) <= 12)
      then 'amount|a number of at most 10^15 and 12 places' end,
    case when not (r.pricing_mode not in ('volume', 'tiered', 'stairstep') or r.tiers is not null)
      then 'tiers|a list of tiers, since the pricing_mode has them' end,
    case when not (r.pricing_mode in ('volume', 'tiered', 'stairstep') or r.tiers is null)
      then 'tiers|no tiers, since the pricing_mode has none' end,
    case when not (r.pricing_mode <> 'package' or r.package_size is not null)
      then 'package_size|a number, it is missing' end,
    case when not (r.pricing_mode = 'package' or r.package_size is null)
      then 'package_size|no package_size, since the pricing_mode has none' end,
    case when not (r.package_size > 0 and r.package_size <= 1e15 and scale(r.package_size) <= 12)
      then 'package_size|a number above 0 of at most 12 places' end,
    case when not (r.included_quantity between 0 and 1e15 and scale(r.included_quantity) <= 12)
      then 'included_quantity|a number from 0 of at most 12 places' end,
    case when not (r.minimum_amount between 0 and 1e15) then 'minimum_amount|an amount from 0' end,
    case when not (scale(r.minimum_amount) <= r.digits)
      then 'minimum_amount|no more digits than the currency has' end,
    case when not (r.quantity_type in ('constant', 'usage'))
      then 'quantity_type|constant or usage' end,
    case when not (r.aggregation in ('sum', 'max', 'last', 'unique'))
      then 'aggregation|sum, max, last or unique' end,
    case when not (r.catalog_item is null or r.item_id is not null)
      then 'catalog_item|the id of an item|item' end,
    case when not (r.currency = coalesce(known.currency, first.currency))
      then 'currency|the currency that the plan has already' end,
    case when not (r.interval = coalesce(known.interval, first.interval))
      then 'interval|the interval that the plan has already' end,
    case when not (r.interval_count = coalesce(known.interval_count, first.interval_count))
      then 'interval_count|the interval that the plan has already' end,
    case when not (r.quantity_type = coalesce(known.quantity_type, first.quantity_type))
      then 'quantity_type|what the plan has already' end,
    case when not (r.aggregation = coalesce(known.aggregation, first.aggregation))
      then 'aggregation|what the plan has already' end,
    case when not (version.price_id is not null or r.valid_from > published.newest)
      then 'valid_from|a later day than that of the newest published price' end,
    case when not (version.price_id is null or (r.pricing_mode, r.amount, r.tiers, r.package_size,
      r.included_quantity, r.minimum_amount) is not distinct
        from (version.pricing_mode, version.amount, version.tiers, version.package_size,
          version.included_quantity, version.minimum_amount))
      then case when r.tiers is null then 'amount' else 'tiers' end || '|'
        || 'the price published for this day; another one needs a later valid_from' end
  ) as faults
  from import_plan r
  left join plan known on known.plan_id = r.known
  left join price version on version.plan_id = r.known and version.valid_from = r.valid_from
  cross join lateral (select max(v.valid_from) as newest from price v
    where v.plan_id = r.known) published
  cross join lateral (
    select o.currency, o.interval, o.interval_count, o.quantity_type, o.aggregation
    from import_plan o
    where o.id = r.id
    order by o.line
    limit 1
  ) first
) bad
where bad.faults <> '';
