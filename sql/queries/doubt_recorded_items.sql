-- Lists staged transfers that may be recorded already: the customer, or who paid an invoice that is
-- named, has a payment of the same amount up to a week away. It is recorded_already where it is no
-- charge and no entry's: by hand, or from a list; so it is up to 400 days away, where the transfer
-- names invoices, and none that is owed and that the payment has not paid. It is told_already where
-- it is an entry's of the account that no other transaction of the message is, and the transfer
-- would pay an invoice that it has paid, or become credit though its words may be the same; so it
-- is where it is as much as that one has paid of an invoice, as one of its parts would be.
-- End-to-end ids that both tell, and that differ, are of two.
-- Index: payment_customer_idx, settlement_invoice_idx, settlement_payment_idx,
-- bank_entry_payment_key.
with paid as (
  select y.line, p.payment_id, null::bigint as settled_minor
  from import_payment y
  join payment p on p.customer_id = y.customer_id
  union
  select y.line, s.payment_id, s.amount_minor
  from import_payment y
  join import_payment_invoice i on i.line = y.line
  join settlement s on s.invoice_id = any(i.invoices) and s.payment_id is not null
), recorded as materialized (
  select y.line, case when bool_or(e.entry_key is null) then 'recorded_already'
      else 'told_already' end as reason
  from paid a
  join import_payment y on y.line = a.line
  join bank_item t on t.place = y.line
  join payment p on p.payment_id = a.payment_id
  left join bank_entry e on e.payment_id = p.payment_id
  where p.payment_attempt_id is null and p.currency = y.currency
    and y.amount * 10::numeric ^ y.digits in (p.amount_minor,
      case when e.entry_key is not null then a.settled_minor end)
    and (abs(p.received_on - y.received_on) <= 7
      or e.entry_key is null and abs(p.received_on - y.received_on) <= 400
      and exists (select from import_payment_invoice i where i.line = y.line)
      and not exists (
        -- What is owed, and not paid by it.
        select from import_payment_invoice i
        join invoice o on o.invoice_id = any(i.invoices)
        where i.line = y.line and o.state = 'open'
          and o.settled_minor < o.total_minor + o.rounding_minor
          and not exists (
            select from settlement s
            where s.invoice_id = o.invoice_id and s.payment_id = p.payment_id)))
    and (e.entry_key is null or e.account = right(t.account, 4)
      and (e.words[2] = t.words[2]) is not false
      and not exists (select from bank_item o where o.entry_key = e.entry_key)
      and (
        exists (
          select from settlement s
          join import_payment_invoice i on i.line = y.line and s.invoice_id = any(i.invoices)
          where s.payment_id = p.payment_id)
        or bank_likeness(t.words, e.words) > 0 and p.amount_minor > (
          select coalesce(sum(o.total_minor + o.rounding_minor - o.settled_minor), 0)
          from invoice o
          where o.state = 'open' and o.invoice_id in (
            select unnest(i.invoices) from import_payment_invoice i where i.line = y.line))))
  group by y.line
), listed as (
  update bank_item t
  set kind = 'listed', reason = r.reason
  from recorded r
  where t.place = r.line
), unstaged as (
  delete from import_payment y using recorded r where y.line = r.line
)
delete from import_line l using recorded r where l.line = r.line
