-- What some payers have open, as load_credits has it, but not locked: for a look that writes
-- nothing.
-- $1 payer ids int8[]. In order of customer_id and use. Where none is open, none is searched for.
-- Index: credit_open_idx.
select customer_id, credit_id, kind, currency, amount_minor - used_minor as open_minor,
  case when expires_on <= '9999-12-31' then expires_on end as expires_on
from credit
where exists (select from credit where used_minor < amount_minor)
  and customer_id = any($1) and used_minor < amount_minor
order by customer_id, credit.expires_on nulls last, kind = 'money', granted_on, credit_id
