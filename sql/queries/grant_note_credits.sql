-- Gives customers what credit notes come to, as they are posted (RULES 0.7).
-- $1 credit note ids int8[]. Index: invoice_pkey.
insert into credit (customer_id, kind, currency, amount_minor, granted_on, credit_note_id)
select i.customer_id, 'credit_note', i.currency, i.total_minor + i.rounding_minor, i.invoice_date,
  i.invoice_id
from invoice i
where i.invoice_id = any($1) and i.kind = 'credit_note' and i.total_minor + i.rounding_minor > 0
order by i.invoice_id
