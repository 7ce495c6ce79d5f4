-- Messages with all that sending them needs but their files, in order of message_id.
-- $1 message ids int8[].
-- Columns as selected; moments in UNIX seconds. Index: message_pkey, customer_pkey, invoice_pkey,
-- bounced_address_pkey.
select m.message_id, m.channel, m.template, m.customer_id, m.invoice_id, m.content::text as content,
  array(select coalesce(r.entry ->> 'name', '')
    from jsonb_array_elements(m.recipients) with ordinality as r (entry, place)
    order by r.place) as names,
  array(select coalesce(trim(r.entry ->> 'email'), '')
    from jsonb_array_elements(m.recipients) with ordinality as r (entry, place)
    order by r.place) as addresses,
  array(select b.address from jsonb_array_elements_text(
      case jsonb_typeof(m.content -> 'bcc') when 'array' then m.content -> 'bcc' else '[]' end)
      with ordinality as b (address, place) order by b.place) as bcc,
  m.composed_at is not null as is_composed, m.subject, m.text_body, m.html_body, m.mail_id,
  m.mail_references, m.accepted, m.refused, m.tries,
  floor(extract(epoch from m.queued_at))::bigint as queued_at,
  extract(epoch from coalesce(m.tried_at, now()))::bigint as tried_at,
  coalesce((m.content ->> 'reminder')::boolean, false) as is_reminder,
  m.content ->> 'url' as url, coalesce(s.code, '') as seller,
  coalesce(s.name, '') as seller_name, m.webhook_endpoint_id, s.email as seller_email,
  coalesce(c.name, '') as customer_name, c.number as customer_number, c.phone, c.language,
  array[coalesce(c.address1, ''), coalesce(c.address2, ''), coalesce(c.city, ''),
    coalesce(c.state, ''), coalesce(c.postal_code, ''), coalesce(c.country, '')] as address,
  n.number as invoice_number,
  array(select b.address from bounced_address b
    where b.address in (select lower(trim(r.entry ->> 'email'))
      from jsonb_array_elements(m.recipients) as r (entry))) as stopped,
  case when m.event_id is not null then (
    select json_build_object('object', 'event', 'id', v.event_id,
      'occurred_at', floor(extract(epoch from v.occurred_at))::bigint, 'actor', v.actor,
      'os_user', v.detail ->> 'os_user', 'kind', v.kind, 'subject_kind', v.subject_kind,
      'subject', v.subject_id, 'detail', v.detail - 'os_user')
    from event v where v.event_id = m.event_id)
  else json_build_object('object', 'message', 'id', lpad(to_hex(m.message_id), 32, '0'),
    'channel', m.channel, 'template', m.template,
    'seller', s.code, 'customer', json_build_object('id', c.customer_id, 'number', c.number,
      'name', c.name),
    'invoice', case when i.invoice_id is not null then json_build_object('id', i.invoice_id,
      'number', n.number, 'currency', i.currency::text, 'date', i.invoice_date,
      'due_date', coalesce(i.amended_due_date, i.due_date),
      'total', round(i.total_minor * u.minor_unit, u.digits)) end,
    'invoices', m.content -> 'invoices', 'step', m.content -> 'step',
    'created_at', floor(extract(epoch from m.queued_at))::bigint) end::text as payload
from message m
left join customer c on c.customer_id = m.customer_id
left join seller s on s.seller_id = c.seller_id
left join invoice i on i.invoice_id = m.invoice_id
left join currency u on u.code = i.currency
left join invoice_number n on n.invoice_id = m.invoice_id
where m.message_id = any($1::bigint[])
order by m.message_id
