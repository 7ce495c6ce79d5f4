-- Checks invoices of a former system: those that are open bring their numbers, since only posting
-- draws one.
insert into import_error (line, fault)
select r.line, 'number|a number, since it is not a draft'
from import_invoice r
where r.number is null and not r.draft
