-- Refuses payments without a reference that equal one that is recorded: of one payer, day and
-- method, and for an invoice that both are for, if the line is for any.
-- Index: payment_customer_idx, settlement_payment_idx.
insert into import_error (line, fault)
select y.line, '|another payment than ' || k.payment_id
  || ', possibly recorded already: --again if it is'
from import_payment y
cross join lateral (
  select min(p.payment_id) as payment_id
  from payment p
  where p.customer_id = y.customer_id and p.currency = y.currency
    and p.amount_minor = y.amount * 10::numeric ^ y.digits
    and p.received_on = y.received_on and p.method = y.method
    and (not exists (select from import_payment_invoice n where n.line = y.line)
      or not exists (select from settlement s where s.payment_id = p.payment_id)
      or exists (
        select from settlement s
        join import_payment_invoice n on n.line = y.line and s.invoice_id = any(n.invoices)
        where s.payment_id = p.payment_id))
) k
where y.reference is null and k.payment_id is not null;
