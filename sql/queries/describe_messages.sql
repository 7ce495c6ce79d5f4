-- The usual subject and body of emails that were queued without their own: about an invoice, or
-- the receipt of a payment.
-- $1 message ids int8[]. Out, in order: message_id, subject, body text.
-- Index: message_pkey, invoice_pkey, payment_pkey.
select m.message_id,
  coalesce(m.content ->> 'subject', case when p.payment_id is not null
    then format('Receipt for %s from %s', d.reference, d.seller)
    else format('%s%s %s from %s', d.mark, d.noun, d.reference, d.seller) end) as subject,
  coalesce(m.content ->> 'message', case
    when p.payment_id is not null then format(
      E'Dear %s,\n\nthank you: %s %s were paid on %s for %s.\n\n%s', d.name,
      round(p.amount_minor * u.minor_unit, u.digits), upper(p.currency::text), p.received_on,
      d.reference, d.seller)
    when d.invoice_id is not null then format(
      E'%sDear %s,\n\n%s %s of %s comes to %s %s, of which %s are open%s.\n\n%s', d.mark, d.name,
      lower(d.noun), d.reference, d.invoice_date, d.total, d.currency, d.balance,
      coalesce(', due by ' || d.due_date, ''), d.seller)
    else format(E'Dear %s,\n\n%s', d.name, d.seller) end) as body
from message m
left join payment p on p.payment_id = (m.content ->> 'payment')::bigint
left join currency u on u.code = p.currency
cross join lateral (
  select c.name, s.name as seller, i.invoice_id, i.invoice_date,
    coalesce(n.number, 'id ' || i.invoice_id, m.template) as reference,
    case when i.state in ('voided', 'reversed', 'canceled') then upper(i.state) || ': ' else '' end
      as mark,
    case i.kind when 'credit_note' then 'Credit note' else 'Invoice' end as noun,
    coalesce(i.amended_due_date, i.due_date) as due_date, upper(i.currency::text) as currency,
    round(i.total_minor * v.minor_unit, v.digits) as total,
    round((i.total_minor + i.rounding_minor - i.settled_minor) * v.minor_unit, v.digits) as balance
  from customer c
  join seller s on s.seller_id = c.seller_id
  left join invoice i on i.invoice_id = m.invoice_id
  left join currency v on v.code = i.currency
  left join invoice_number n on n.invoice_id = m.invoice_id
  where c.customer_id = m.customer_id) d
where m.message_id = any($1::bigint[])
order by m.message_id
