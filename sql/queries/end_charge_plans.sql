-- Ends the plan of automatic charges of all invoices that a payment settles, or has settled, by
-- itself or by the credit that it became: its money went back (RULES 3).
-- $1 payment id bigint.
-- Index: settlement_payment_idx, settlement_credit_idx, credit_payment_idx, invoice_pkey.
update invoice i
set next_payment_attempt_on = null, next_payment_attempt_at = null, updated_at = now()
where i.next_payment_attempt_on is not null and i.invoice_id in (
  select s.invoice_id from settlement s where s.payment_id = $1
  union
  select s.invoice_id
  from credit c
  join settlement s on s.credit_id = c.credit_id
  where c.payment_id = $1)
