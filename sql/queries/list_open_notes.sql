-- Open credit that credit notes of some invoices left: it settles them again where a payment was
-- taken off (RULES 0.7, 3).
-- Notes of another payer than the invoice's settle nothing of it.
-- $1 invoice ids int8[]. Out: invoice_id, credit_id, open bigint in minor units.
-- Index: line_credit_of_idx.
select o.invoice_id, c.credit_id, c.amount_minor - c.used_minor as open
from (select distinct l.of_invoice_id as invoice_id, l.invoice_id as note_id
      from line_credit l where l.of_invoice_id = any($1)) o
join invoice i on i.invoice_id = o.invoice_id
join credit c on c.credit_note_id = o.note_id and c.customer_id = i.customer_id
where c.used_minor < c.amount_minor
order by o.invoice_id, c.credit_id
