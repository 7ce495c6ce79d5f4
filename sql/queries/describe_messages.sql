-- The usual subject and body of emails that were queued without their own: about one invoice or
-- several, or the receipt of a payment.
-- $1 message ids int8[]. Out, in order: message_id, subject, body text (nulls where there is
-- nothing to say).
-- Index: message_pkey, invoice_pkey, payment_pkey.
select m.message_id,
  coalesce(m.content ->> 'subject', case when p.payment_id is not null
      then format('Receipt for %s from %s', d.reference, s.name)
    when d.count = 1 then format('%s%s from %s', d.mark, d.title, s.name)
    when d.count > 1 then format('%s open invoices from %s', d.count, s.name) end) as subject,
  coalesce(m.content ->> 'message', case when p.payment_id is not null then format(
      E'Dear %s,\n\nthank you: %s %s were paid on %s for %s.\n\n%s', c.name,
      round(p.amount_minor * u.minor_unit, u.digits), upper(p.currency::text), p.received_on,
      d.reference, s.name)
    when d.count > 0 then format(E'%sDear %s,\n\n%s\n\n%s', case d.count when 1 then d.mark end,
      c.name, d.lines, s.name) end) as body
from message m
join customer c on c.customer_id = m.customer_id
join seller s on s.seller_id = c.seller_id
left join payment p on p.payment_id = (m.content ->> 'payment')::bigint
left join currency u on u.code = p.currency
cross join lateral (
  select count(*) as count, min(o.reference) as reference, min(o.mark) as mark,
    min(upper(left(o.noun, 1)) || substr(o.noun, 2) || ' ' || o.reference) as title,
    string_agg(format('%s %s of %s comes to %s %s, of which %s are open%s.', o.noun, o.reference,
      o.invoice_date, o.total, o.currency, o.balance, coalesce(', due by ' || o.due_date, '')),
      E'\n' order by o.place) as lines
  from (
    select a.place, i.invoice_date, coalesce(n.number, 'id ' || i.invoice_id) as reference,
      case when i.state in ('voided', 'reversed', 'canceled') then upper(i.state) || ': ' else ''
        end as mark,
      case i.kind when 'credit_note' then 'credit note' else 'invoice' end as noun,
      coalesce(i.amended_due_date, i.due_date) as due_date, upper(i.currency::text) as currency,
      round(i.total_minor * v.minor_unit, v.digits) as total,
      round((i.total_minor + i.rounding_minor - i.settled_minor) * v.minor_unit, v.digits)
        as balance
    from jsonb_array_elements_text(
      case jsonb_typeof(m.content -> 'invoices') when 'array' then m.content -> 'invoices'
        else coalesce(jsonb_build_array(m.invoice_id), '[]') end) with ordinality as a (id, place)
    join invoice i on i.invoice_id = a.id::bigint
    join currency v on v.code = i.currency
    left join invoice_number n on n.invoice_id = i.invoice_id) o) d
where m.message_id = any($1::bigint[])
order by m.message_id
