-- Puts emails of invoices that were just posted into the outbox, where their seller wants that, and
-- notes that they have left the house. Not: what comes to nothing, what is billed late, and
-- what is charged, which gets a receipt; but a debit from a bank account is announced by the
-- invoice (RULES 4).
-- $1 invoice ids int8[]. Index: invoice_pkey, customer_pkey, payment_source_current_key.
with posted as (
  select i.invoice_id, i.customer_id, c.name, trim(c.email) as email
  from invoice i
  join seller s on s.seller_id = i.seller_id and s.send_invoices = 'on_post'
  join customer c on c.customer_id = i.customer_id and trim(c.email) <> ''
  where exists (select from seller a where a.send_invoices = 'on_post')
    and i.invoice_id = any($1::bigint[]) and i.kind = 'invoice' and i.total_minor > 0
    and not i.missed and i.sent_at is null
    and (not i.autopay or i.credits_applied_minor >= i.total_minor + i.rounding_minor
      or exists (select from payment_source p
        where p.customer_id = i.customer_id and p.removed_at is null
          and p.object = 'bank_account'))
), queued as (
  insert into message (customer_id, invoice_id, channel, template, recipients)
  select p.customer_id, p.invoice_id, 'email', 'invoice',
    jsonb_build_array(jsonb_build_object('name', p.name, 'email', p.email))
  from posted p
  order by p.invoice_id
)
update invoice i
set sent_at = now()
from posted p
where i.invoice_id = p.invoice_id
