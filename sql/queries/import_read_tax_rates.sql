-- Reads tax rates from good lines. Days that are UNIX timestamps are taken in the zone of the only
-- seller, else UTC.
insert into import_tax_rate (
  line, id, known, name, value, is_percent, inclusive, compound, currency, digits, country, state,
    postal_code,
  tax_category, valid_from, valid_until)
select l.line, r.id, known.tax_rate_id, r.name, trim_scale(r.value), coalesce(r.is_percent, true),
       coalesce(r.inclusive, false),
       coalesce(r.compound, false), r.currency, c.digits, r.country, r.state, r.postal_code,
         r.tax_category,
       case when r.valid_from is null then '-infinity' else pg_temp.import_day(r.valid_from,
         zone.name) end,
       case when r.valid_until is null then 'infinity' else pg_temp.import_day(r.valid_until,
         zone.name) end
from import_line l
cross join lateral jsonb_to_record(l.doc) as r (
  id text, name text, value numeric, is_percent boolean, inclusive boolean, compound boolean,
    currency text,
  country text, state text, postal_code text, tax_category text, valid_from jsonb,
    valid_until jsonb)
cross join (select case count(*) when 1 then min(time_zone) else 'UTC' end as name from seller) zone
left join currency c on c.code = r.currency
left join tax_rate known on known.code = r.id
where l.object = 'tax_rate';
