-- Puts emails of documents into the outbox, one a recipient, and notes that the documents have left
-- the house: from here on they can go out at any moment.
-- Without a subject or a message of their own they get the usual words when they are composed.
-- $1 invoice ids int8[], $2 recipients jsonb ([{"name", "email"}]) or null for each customer's own,
-- $3 bcc text[] (for the first recipient's), $4 subject text or null, $5 message text or null,
-- $6 os_user text
-- Out, in order of document and recipient: the Email object as text.
-- Index: invoice_pkey, customer_pkey.
with document as (
  select i.invoice_id, i.customer_id, c.name, c.email
  from invoice i
  join customer c on c.customer_id = i.customer_id
  where i.invoice_id = any($1)
), letter as (
  select d.invoice_id, d.customer_id, r.place,
    jsonb_build_array(r.recipient) as recipients,
    jsonb_strip_nulls(jsonb_build_object('subject', $4::text, 'message', $5::text))
      || jsonb_build_object('bcc', case when r.place = 1 then to_jsonb($3::text[]) else '[]' end)
      as content
  from document d
  cross join lateral jsonb_array_elements(coalesce($2::jsonb, jsonb_build_array(
    jsonb_build_object('name', d.name, 'email', trim(d.email))))) with ordinality
    as r (recipient, place)
), queued as (
  insert into message (customer_id, invoice_id, channel, template, recipients, content)
  select customer_id, invoice_id, 'email', 'invoice', recipients, content
  from letter
  order by invoice_id, place
  returning *
), sent as (
  update invoice i
  set sent_at = coalesce(i.sent_at, now()), updated_at = now()
  where i.invoice_id = any($1)
), noted as (
  insert into event (kind, subject_kind, subject_id, detail)
  select 'invoice_emailed', 'invoice', q.invoice_id, jsonb_build_object(
    'messages', jsonb_agg(q.message_id order by q.message_id), 'os_user', $6::text)
  from queued q
  group by q.invoice_id
  order by q.invoice_id
)
select json_build_object(
  'id', lpad(to_hex(q.message_id), 32, '0'),
  'object', 'email',
  'state', q.state,
  'reject_reason', q.reject_reason,
  'email', q.recipients -> 0 ->> 'email',
  'template', q.template,
  'subject', q.content ->> 'subject',
  'message', q.content ->> 'message',
  'opens', 0,
  'opens_detail', '[]'::json,
  'created_at', floor(extract(epoch from q.queued_at))::bigint)::text as object
from queued q
order by q.message_id
