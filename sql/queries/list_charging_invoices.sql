-- Invoices that a payment pays while a charge of them is on its way. $1 payment_id bigint
-- Out, in order: number text.
select n.number
from (
  select distinct s.invoice_id from settlement s where s.payment_id = $1
) paid
join invoice_number n on n.invoice_id = paid.invoice_id
where exists (
  select from payment_attempt a
  where a.invoice_id = paid.invoice_id and a.state in ('intended', 'pending', 'unknown'))
order by n.number, n.invoice_id
