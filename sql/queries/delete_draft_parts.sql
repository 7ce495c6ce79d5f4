-- Deletes the lines, discounts and taxes of drafts.
-- $1 invoice ids int8[]. Index: invoice_line_pkey, invoice_tax_pkey, invoice_discount_pkey.
with line as (
  delete from invoice_line l where l.invoice_id = any($1)
), tax as (
  delete from invoice_tax t where t.invoice_id = any($1)
)
delete from invoice_discount d where d.invoice_id = any($1)
