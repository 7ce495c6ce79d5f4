-- Drops, of what transfers name by its number, what stands there by chance, such as a year, a day
-- or a customer's number: a number of fewer than six letters and digits, or of digits alone, counts
-- where it stands after a word for an invoice, or after another number there, where it is all of
-- the text, or where the payer, by name or by account, is the invoice's customer; one of six digits
-- or more, too, where the amount is what is owed of it, or of all that are named. One after a word
-- for a customer counts only after a word for an invoice.
-- Index: invoice_pkey, customer_pkey, payment_source_current_key, bank_entry_paid_account_idx.
with named as materialized (
  select n.line, n.name, n.invoices[1] as invoice_id,
    lower(plain_text(y.reference)) as text, bank_words(n.name) as words,
    regexp_replace(lower(plain_text(n.name)), '([^a-z0-9])', '\\\1', 'g') || '($|[^a-z0-9])'
      as pattern,
    y.amount * 10::numeric ^ y.digits as minor
  from import_payment_invoice n
  join import_payment y on y.line = n.line
  join bank_item t on t.place = n.line and t.kind = 'transfer'
  where length(bank_words(n.name)) < 6 or n.name ~ '^[0-9]+$'
), judged as (
  select d.line, d.name,
    d.text ~ ('(^|[^a-z])(kunden?|kd|debitoren|debitor|mitglieds?|customer|client|cliente|klanten|'
      || 'klant|member)[^a-z0-9]*(nummern?|nr|no|numbers?|num|numeros?|id)?[^a-z0-9]*' || d.pattern)
      as is_customer,
    d.text ~ ('(^|[^a-z])(rechnung(en|s)?|rechn|rg|re|rnr|invoices?|inv|'
      || 'bill|factures?|facturas?|fatture?|fattura|factuur|faktura)[^a-z0-9]*'
      || '(nummern?|nr|no|numbers?|num|numeros?)?[^a-z0-9]*'
      || '([a-z]{0,4}[0-9][a-z0-9/-]*[^a-z0-9]+((und|and|u|et|e|y)[^a-z0-9]+)?)*' || d.pattern)
      as is_invoice,
    d.words in (bank_words(d.text), bank_words(t.remittance))
      or bank_words(t.payer) = bank_words(c.name)
      or length(d.words) >= 6 and d.minor in (o.minor, (
        select sum(p.total_minor + p.rounding_minor - p.settled_minor)
        from import_payment_invoice m
        join invoice p on p.invoice_id = m.invoices[1]
        where m.line = d.line))
      or exists (
        select from payment_source s
        where s.customer_id = c.customer_id and replace(s.token, ' ', '') = t.payer_account)
      or exists (
        select from bank_entry e
        join payment p on p.payment_id = e.payment_id
        where e.words[4] = md5(t.payer_account) and e.payment_id is not null
          and p.customer_id = c.customer_id) as agrees
  from named d
  join bank_item t on t.place = d.line
  join invoice i on i.invoice_id = d.invoice_id
  join customer c on c.customer_id = i.customer_id
  cross join lateral (select i.total_minor + i.rounding_minor - i.settled_minor as minor) o
)
delete from import_payment_invoice n
using judged j
where j.line = n.line and j.name = n.name and not j.is_invoice
  and (j.is_customer or j.agrees is not true)
