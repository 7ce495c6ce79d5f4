-- What messages are about, and the words that they were queued with.
-- $1 message ids int8[].
-- Out, in order of message_id: message_id bigint, subject, message text (null for the usual words),
-- invoices int8[] in the order given, of a reminder those that are still chased, level int4 (null:
-- no reminder), as_of date, payment: its amount bigint in minor units, currency text and day (nulls
-- for none).
-- Index: message_pkey, payment_pkey.
select m.message_id, m.content ->> 'subject' as subject, m.content ->> 'message' as message,
  array(select a.id::bigint from jsonb_array_elements_text(
      case jsonb_typeof(m.content -> 'invoices') when 'array' then m.content -> 'invoices'
        else coalesce(jsonb_build_array(m.invoice_id), '[]') end) with ordinality as a (id, place)
    where a.id is not null and (m.content ->> 'reminder' is distinct from 'true'
      or exists (select from remindable_invoice r where r.invoice_id = a.id::bigint))
    order by a.place) as invoices,
  coalesce((m.content ->> 'level')::integer, case m.template when 'reminder' then 1 end) as level,
  coalesce((m.content ->> 'as_of')::date, (m.queued_at at time zone s.time_zone)::date) as as_of,
  p.amount_minor, p.currency::text as currency, p.received_on
from message m
join customer c on c.customer_id = m.customer_id
join seller s on s.seller_id = c.seller_id
left join payment p on p.payment_id = (m.content ->> 'payment')::bigint
where m.message_id = any($1::bigint[])
order by m.message_id
