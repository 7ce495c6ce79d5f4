-- Notes which invoices cannot be charged, and why. $1 lines int4[], $2 codes text[],
-- $3 messages text[]
insert into import_error (line, fault)
select e.line, '|an invoice that can be charged, not one with ' || e.code || ', '
  || replace(e.message, '|', '/')
from unnest($1::integer[], $2::text[], $3::text[]) as e (line, code, message)
