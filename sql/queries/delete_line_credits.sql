-- Deletes what the credit lines of drafts took back, before the lines go.
-- $1 invoice ids int8[]. Index: line_credit_pkey, line_credit_tax_pkey.
with tax as (
  delete from line_credit_tax x where x.invoice_id = any($1)
)
delete from line_credit r where r.invoice_id = any($1)
