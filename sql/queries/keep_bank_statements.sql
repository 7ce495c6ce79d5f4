-- Keeps the balances of the statements of a camt.053 message; the same ones once.
-- Index: bank_statement_key.
insert into bank_statement (account, name, currency, opened_on, closed_on, opening_minor,
  closing_minor, digest)
select md5(s.account), s.name, s.currency, s.opened_on, s.closed_on, s.opening_minor,
  s.closing_minor, s.digest
from told_statement s
order by s.statement
on conflict on constraint bank_statement_key do nothing
