-- Debits of a file to a bank that are not to be collected by it: those that are settled, those of
-- invoices of which an open entry tells that money of a failed debit came in, those of invoices
-- that owe less by now, and those that nobody asked for of invoices whose money went back.
-- $1 bank_file_id bigint.
-- Out, in order: payment_attempt_id bigint, number, state text (approved, declined, returned,
-- declined_collected, paid, money_went_back).
-- Index: bank_debit_block_idx, payment_attempt_pkey, invoice_pkey, settlement_invoice_idx.
select a.payment_attempt_id, a.request ->> 'invoice' as number,
  case when a.state <> 'pending' then a.state
    when failed_debit_is_credited(a.invoice_id) then 'declined_collected'
    when i.state <> 'open'
      or i.total_minor + i.rounding_minor - i.settled_minor < a.amount_minor then 'paid'
    else 'money_went_back' end as state
from bank_debit d
join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
join invoice i on i.invoice_id = a.invoice_id
where d.bank_file_id = $1
  and (a.state <> 'pending' or failed_debit_is_credited(a.invoice_id) or i.state <> 'open'
    or i.total_minor + i.rounding_minor - i.settled_minor < a.amount_minor
    or a.automatic and plan_has_ended(i.invoice_id))
order by a.payment_attempt_id
