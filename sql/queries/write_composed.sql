-- Writes what messages say, and the Message-ID by which they are known for ever.
-- $1 claim text (a uuid), $2 message ids int8[], $3 subjects, $4 text bodies, $5 HTML bodies text[],
-- $6 domain text or null: no Message-ID.
-- Index: message_pkey.
update message m
set subject = a.subject, text_body = a.text_body, html_body = a.html_body, composed_at = now(),
  reject_code = null, reject_reason = null,
  mail_id = case when m.channel = 'email'
    then coalesce(m.mail_id, to_hex(m.message_id) || '.' || b.uuid || '@' || $6::text) end
from unnest($2::bigint[], $3::text[], $4::text[], $5::text[])
    as a (message_id, subject, text_body, html_body),
  book b
where m.message_id = a.message_id and m.claim = $1::uuid
