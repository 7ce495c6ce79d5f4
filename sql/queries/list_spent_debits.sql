-- Debits of a file to a bank that are not to be collected by it: those that are settled, and those
-- of invoices of which an open entry tells that money of a rejected debit came in.
-- $1 bank_file_id bigint.
-- Out, in order: payment_attempt_id bigint, number, state text (approved, declined, returned,
-- declined_collected). Index: bank_debit_block_idx, payment_attempt_pkey.
select a.payment_attempt_id, a.request ->> 'invoice' as number,
  case when a.state = 'pending' then 'declined_collected' else a.state end as state
from bank_debit d
join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
where d.bank_file_id = $1
  and (a.state <> 'pending' or rejected_debit_is_credited(a.invoice_id))
order by a.payment_attempt_id
