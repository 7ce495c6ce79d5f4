-- Gives a draft the head that it was priced to have.
-- $1 invoice bigint, $2 currency text, $3 invoice date, $4 due date, $5 terms text, $6 autopay,
-- $7 chase boolean, in minor units $8 subtotal, $9 discount, $10 tax, $11 total, $12 rounding
-- bigint, $13 early until date, $14 early discount bigint. Index: invoice_pkey.
update invoice
set currency = $2, invoice_date = $3, due_date = $4, payment_terms = $5, autopay = $6, chase = $7,
  subtotal_minor = $8, discount_minor = $9, tax_minor = $10, total_minor = $11,
  rounding_minor = $12, early_discount_until = $13, early_discount_minor = $14,
  updated_at = now()
where invoice_id = $1
