-- Deletes what the credit lines of drafts took back, before the lines go, and the cash rounding
-- that went along.
-- $1 invoice ids int8[]. Index: line_credit_pkey, line_credit_tax_pkey, rounding_credit_pkey.
with tax as (
  delete from line_credit_tax x where x.invoice_id = any($1)
), rounding as (
  delete from rounding_credit g where g.invoice_id = any($1)
)
delete from line_credit r where r.invoice_id = any($1)
