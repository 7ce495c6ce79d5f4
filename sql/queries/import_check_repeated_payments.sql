-- Refuses payments without a reference that equal one that is recorded: of one payer, day and
-- method, and for an invoice that both are for, if the line is for any. Refuses payments that would
-- become credit while statements told of as much: transfers that became payments of the customer,
-- up to a week away.
-- Index: payment_customer_idx, settlement_payment_idx, bank_entry_payment_key,
-- invoice_customer_idx.
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
where y.reference is null and k.payment_id is not null
union all
select y.line, '|another payment than ' || k.payment_id
  || ', which a statement told of: --again if it is'
from import_payment y
cross join lateral (
  select min(p.payment_id) as payment_id, sum(p.amount_minor) as sum
  from payment p
  join bank_entry e on e.payment_id = p.payment_id
  where p.customer_id = y.customer_id and p.currency = y.currency
    and abs(p.received_on - y.received_on) <= 7) k
where y.payment_id is null and k.sum >= y.amount * 10::numeric ^ y.digits
  -- What the first part has told is not told once more.
  and (y.reference is not null or not exists (
    select from payment p
    where p.customer_id = y.customer_id and p.currency = y.currency and p.method = y.method
      and p.amount_minor = y.amount * 10::numeric ^ y.digits and p.received_on = y.received_on))
  and y.amount * 10::numeric ^ y.digits > (
    select coalesce(sum(i.total_minor + i.rounding_minor - i.settled_minor), 0)
    from invoice i
    where i.state = 'open' and i.kind <> 'credit_note' and i.currency = y.currency
      and case when exists (select from import_payment_invoice n where n.line = y.line)
        then i.invoice_id in (
          select unnest(n.invoices) from import_payment_invoice n where n.line = y.line)
        else i.customer_id = y.customer_id end);
