-- Checks holidays: one row a rule; a rule that meets a null holds.
insert into import_error (line, fault)
select bad.line, string_to_table(bad.faults, E'\n')
from (
  select r.line, concat_ws(E'\n',
    case when not (r.country ~ '^[A-Z]{2}$')
      then 'country|an ISO 3166 code of two capital letters' end,
    case when not (r.date is not null) then 'date|a day ("2026-12-31") or a UNIX timestamp' end
  ) as faults
  from import_holiday r
) bad
where bad.faults <> '';
