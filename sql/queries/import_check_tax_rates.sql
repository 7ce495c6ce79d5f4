-- Checks tax rates: one row a rule; a rule that meets a null holds. Lines of one id agree in all
-- but value and days.
insert into import_error (line, fault)
select bad.line, string_to_table(bad.faults, E'\n')
from (
  select r.line, concat_ws(E'\n',
    case when not (r.id <> '') then 'id|a text that is not empty' end,
    case when not (r.value >= 0 and r.value <= case when r.is_percent then 1000 else 1e15 end)
      then 'value|a value from 0, at most 1000 per cent' end,
    case when not (scale(r.value) <= case when r.is_percent then 12 else r.digits end)
      then 'value|no more digits than the currency has, or 12 of a percentage' end,
    case when not (r.is_percent or r.currency is not null)
      then 'currency|a currency, since the tax is an amount' end,
    case when not (r.currency is null or r.digits is not null)
      then 'currency|a lower-case ISO 4217 code' end,
    case when not pg_temp.import_is_country(r.country)
      then 'country|an ISO 3166 code of two capital letters' end,
    case when not (r.valid_from is not null)
      then 'valid_from|a day ("2026-12-31") or a UNIX timestamp' end,
    case when not (r.valid_until is not null)
      then 'valid_until|a day ("2026-12-31") or a UNIX timestamp' end,
    case when not (r.valid_from < r.valid_until) then 'valid_until|a later day than valid_from' end,
    case when not (r.value = version.value)
      then 'value|the value published for this day; another one needs a later valid_from' end,
    case when not (version.value is not null or r.valid_from > version.newest)
      then 'valid_from|a later day than that of the newest published value' end,
    case when not (r.is_percent = coalesce(known.is_percent, first.is_percent))
      then 'is_percent|what the tax rate is already' end,
    case when not (r.inclusive = coalesce(known.inclusive, first.inclusive))
      then 'inclusive|what the tax rate is already' end,
    case when not (r.compound = coalesce(known.compound, first.compound))
      then 'compound|what the tax rate is already' end,
    case when not (r.currency is not distinct from case when r.known is null then first.currency
      else known.currency end)
      then 'currency|the currency that the tax rate has already' end
  ) as faults
  from import_tax_rate r
  left join tax_rate known on known.tax_rate_id = r.known
  cross join lateral (
    select min(v.value) filter (where v.valid_from = r.valid_from) as value,
           max(v.valid_from) as newest
    from tax_rate_version v
    where v.tax_rate_id = r.known
  ) version
  cross join lateral (
    select o.is_percent, o.inclusive, o.compound, o.currency
    from import_tax_rate o
    where o.id = r.id
    order by o.line
    limit 1
  ) first
) bad
where bad.faults <> '';
