-- Messages by filter, as the seeds' Email object with what else there is, in order of message_id.
-- Filters, null for all: $1 id bigint, $2 state text, $3 channel text, $4 customer bigint,
-- $5 invoice bigint, $6 after bigint: only beyond this id, $7 limit bigint.
-- Out: message_id, channel, template, state, recipient, subject, reason text, tries integer,
-- queued text (UTC), is_endpoint_removed boolean, object json.
-- Index: message_pkey; by filter message_customer_idx, message_invoice_idx, message_trouble_idx.
select m.message_id, m.channel, m.template, m.state,
  coalesce(m.recipients -> 0 ->> 'email', c.name, m.content ->> 'url') as recipient,
  coalesce(m.subject, m.content ->> 'subject') as subject,
  concat_ws(' ', m.reject_code, m.reject_reason) as reason, m.tries,
  to_char(m.queued_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as queued,
  p.removed_at is not null as is_endpoint_removed,
  json_build_object(
    'id', lpad(to_hex(m.message_id), 32, '0'),
    'object', m.channel,
    'state', m.state,
    'reject_reason', m.reject_reason,
    'email', m.recipients -> 0 ->> 'email',
    'template', m.template,
    'subject', coalesce(m.subject, m.content ->> 'subject'),
    'message', coalesce(m.text_body, m.content ->> 'message'),
    'opens', 0,
    'opens_detail', '[]'::json,
    'created_at', floor(extract(epoch from m.queued_at))::bigint,
    'customer', m.customer_id,
    'invoice', m.invoice_id,
    'event', m.event_id,
    'webhook_endpoint', m.webhook_endpoint_id,
    'recipients', m.recipients,
    'bcc', coalesce(m.content -> 'bcc', '[]'),
    'reject_code', m.reject_code,
    'server_answer', m.server_answer,
    'accepted', to_json(m.accepted),
    'refused', to_json(m.refused),
    'tries', m.tries,
    'next_try', case when m.state = 'queued'
      then floor(extract(epoch from m.not_before))::bigint end,
    'sent_at', floor(extract(epoch from m.sent_at))::bigint,
    'message_id', '<' || m.mail_id || '>',
    'files', (select coalesce(json_agg(f.file_id order by f.place), '[]')
      from message_file f where f.message_id = m.message_id))::text as object
from message m
left join customer c on c.customer_id = m.customer_id
left join webhook_endpoint p on p.webhook_endpoint_id = m.webhook_endpoint_id
where ($1::bigint is null or m.message_id = $1)
  and ($2::text is null or m.state = $2)
  and ($3::text is null or m.channel = $3)
  and ($4::bigint is null or m.customer_id = $4)
  and ($5::bigint is null or m.invoice_id = $5)
  and ($6::bigint is null or m.message_id > $6)
order by m.message_id
limit $7::bigint
