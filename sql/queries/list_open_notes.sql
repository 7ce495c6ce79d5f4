-- Open credit that credit notes of some invoices left, or of what has taken these back since: it
-- settles them again where a payment was taken off (RULES 0.7, 3).
-- Notes of another payer than the invoice's settle nothing of it.
-- $1 invoice ids int8[]. Out: invoice_id, credit_id, open bigint in minor units.
-- Index: line_credit_of_idx.
with recursive reached as (
  select l.of_invoice_id as invoice_id, l.invoice_id as note_id
  from line_credit l
  where l.of_invoice_id = any($1) and l.undone_at is null
  union
  select r.invoice_id, l.invoice_id
  from reached r
  join line_credit l on l.of_invoice_id = r.note_id and l.undone_at is null
)
select o.invoice_id, c.credit_id, c.amount_minor - c.used_minor as open
from reached o
join invoice i on i.invoice_id = o.invoice_id
join credit c on c.credit_note_id = o.note_id and c.customer_id = i.customer_id
where c.used_minor < c.amount_minor
order by o.invoice_id, c.credit_id
