-- Gives a draft other terms.
-- $1 invoice bigint, $2 terms text, $3 due date, $4 early until date, $5 early discount bigint.
-- Index: invoice_pkey.
update invoice i
set payment_terms = $2, due_date = $3, early_discount_until = $4, early_discount_minor = $5,
  updated_at = now()
where i.invoice_id = $1
