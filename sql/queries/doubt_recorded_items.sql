-- Lists staged transfers that may be recorded already, by hand or from a list: the customer, or who
-- paid an invoice that is named, has a payment of the same amount up to a week away that is no
-- charge and no entry's.
-- Index: payment_customer_idx, settlement_invoice_idx, bank_entry_payment_key.
with paid as (
  select y.line, p.payment_id
  from import_payment y
  join payment p on p.customer_id = y.customer_id
  union
  select y.line, s.payment_id
  from import_payment y
  join import_payment_invoice i on i.line = y.line
  join settlement s on s.invoice_id = any(i.invoices) and s.payment_id is not null
), recorded as materialized (
  select distinct y.line
  from paid a
  join import_payment y on y.line = a.line
  join payment p on p.payment_id = a.payment_id
  where p.payment_attempt_id is null and p.currency = y.currency
    and p.amount_minor = y.amount * 10::numeric ^ y.digits
    and abs(p.received_on - y.received_on) <= 7
    and not exists (select from bank_entry e where e.payment_id = p.payment_id)
), listed as (
  update bank_item t
  set kind = 'listed', reason = 'recorded_already'
  from recorded r
  where t.place = r.line
), unstaged as (
  delete from import_payment y using recorded r where y.line = r.line
)
delete from import_line l using recorded r where l.line = r.line
