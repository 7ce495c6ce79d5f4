-- Checks credits: one row a rule; a rule that meets a null holds.
insert into import_error (line, fault)
select bad.line, string_to_table(bad.faults, E'\n')
from (
  select r.line, concat_ws(E'\n',
    case when not (r.customer_id is not null) then 'customer|the id of a customer|customer' end,
    case when not (r.amount > 0) then 'amount|an amount above 0' end,
    case when not (r.amount <= 1e15 and r.amount * 10::numeric ^ r.digits < 2::numeric ^ 63)
      then 'amount|at most 10^15, and 9,223,372,036,854,775,807 minor units' end,
    case when not (scale(r.amount) <= r.digits)
      then 'amount|no more digits than the currency has' end,
    case when not (r.digits is not null) then 'currency|a lower-case ISO 4217 code' end,
    case when not (r.kind in ('money', 'goodwill')) then 'kind|money or goodwill' end,
    case when not (not r.expires or r.expires_on is not null or r.customer_id is null)
      then 'expires|a day ("2026-12-31") or a UNIX timestamp' end
  ) as faults
  from import_credit r
) bad
where bad.faults <> '';
