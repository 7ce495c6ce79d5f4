-- Puts emails of documents into the outbox, one a recipient, and notes that the documents have left
-- the house: from here on they can go out at any moment.
-- $1 invoice ids int8[], $2 recipients jsonb ([{"name", "email"}]) or null for each customer's own,
-- $3 bcc text[] (for the first recipient's), $4 subject text or null, $5 message text or null,
-- $6 os_user text
-- Out, in order of document and recipient: the Email object as text.
-- Index: invoice_pkey, customer_pkey.
with document as (
  select i.invoice_id, i.customer_id, c.name, c.email, coalesce(n.number, 'id ' || i.invoice_id)
      as number,
    case when i.state in ('voided', 'reversed', 'canceled') then upper(i.state) || ': ' else '' end
      as mark,
    case i.kind when 'invoice' then 'invoice' else 'credit note' end as noun,
    s.name as seller, i.invoice_date, i.due_date, upper(i.currency::text) as currency,
    round(i.total_minor * u.minor_unit, u.digits) as total,
    round((i.total_minor + i.rounding_minor - i.settled_minor) * u.minor_unit, u.digits) as balance
  from invoice i
  join customer c on c.customer_id = i.customer_id
  join seller s on s.seller_id = i.seller_id
  join currency u on u.code = i.currency
  left join invoice_number n on n.invoice_id = i.invoice_id
  where i.invoice_id = any($1)
), letter as (
  select d.invoice_id, d.customer_id, r.place,
    jsonb_build_array(r.recipient) as recipients,
    jsonb_build_object(
      'subject', d.mark || coalesce($4, format('%s %s from %s',
        upper(left(d.noun, 1)) || substr(d.noun, 2), d.number, d.seller)),
      'message', d.mark || coalesce($5, format(
        E'Dear %s,\n\n%s %s of %s comes to %s %s, of which %s are open%s.\n\n%s',
        d.name, d.noun, d.number, d.invoice_date, d.total, d.currency, d.balance,
        coalesce(', due by ' || d.due_date, ''), d.seller)),
      'bcc', case when r.place = 1 then to_jsonb($3::text[]) else '[]' end) as content
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
