-- Puts receipts of charges that were just approved into the outbox, where the seller sends
-- invoices, for whom the invoice was not sent; it has left the house with its receipt.
-- $1 payment ids, $2 invoice ids int8[], one beside the other.
-- Index: invoice_pkey, customer_pkey, message_invoice_idx.
with charged as (
  select a.payment_id, i.invoice_id, i.customer_id, c.name, trim(c.email) as email
  from unnest($1::bigint[], $2::bigint[]) as a (payment_id, invoice_id)
  join invoice i on i.invoice_id = a.invoice_id
  join seller s on s.seller_id = i.seller_id and s.send_invoices = 'on_post'
  join customer c on c.customer_id = i.customer_id and trim(c.email) <> ''
  where not exists (select from message m
    where m.invoice_id = i.invoice_id and m.channel = 'email' and m.template = 'invoice')
), queued as (
  insert into message (customer_id, invoice_id, channel, template, recipients, content)
  select c.customer_id, c.invoice_id, 'email', 'receipt',
    jsonb_build_array(jsonb_build_object('name', c.name, 'email', c.email)),
    jsonb_build_object('payment', c.payment_id)
  from charged c
  order by c.payment_id
)
update invoice i
set sent_at = coalesce(i.sent_at, now())
from charged c
where i.invoice_id = c.invoice_id
