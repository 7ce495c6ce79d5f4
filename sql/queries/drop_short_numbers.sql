-- Drops, of what transfers name by its number, what a short one names by chance, such as a year: a
-- number of fewer than six letters and digits counts where it stands after a word for an invoice,
-- or after another number there, where it is all of the text, or where the payer, by name or by
-- account, is the invoice's customer.
-- Index: invoice_pkey, customer_pkey, payment_source_current_key, bank_entry_paid_account_idx.
delete from import_payment_invoice n
using bank_item t, import_payment y, invoice i, customer c
where t.place = n.line and y.line = n.line and t.kind = 'transfer'
  and length(bank_words(n.name)) < 6 and i.invoice_id = n.invoices[1]
  and c.customer_id = i.customer_id
  and bank_words(t.payer) is distinct from bank_words(c.name)
  and bank_words(y.reference) is distinct from bank_words(n.name)
  and lower(plain_text(y.reference)) !~ ('(^|[^a-z])(rechnung(en|s)?|rechn|rg|re|rnr|invoices?|inv|'
    || 'bill|factures?|facturas?|fatture?|fattura|factuur|faktura)[^a-z0-9]*'
    || '(nummern?|nr|no|numbers?|num|numeros?)?[^a-z0-9]*'
    || '([a-z]{0,4}[0-9][a-z0-9/-]*[^a-z0-9]+((und|and|u|et|e|y)[^a-z0-9]+)?)*'
    || regexp_replace(lower(plain_text(n.name)), '([^a-z0-9])', '\\\1', 'g') || '($|[^a-z0-9])')
  and not exists (
    select from payment_source s
    where s.customer_id = c.customer_id and replace(s.token, ' ', '') = t.payer_account)
  and not exists (
    select from bank_entry e
    join payment p on p.payment_id = e.payment_id
    where e.words[4] = md5(t.payer_account) and e.payment_id is not null
      and p.customer_id = c.customer_id)
