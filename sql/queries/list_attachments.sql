-- The attachments of a document as the seeds' objects, in the order in which they were attached.
-- $1 invoice bigint. Out: object json, file_id bigint, name, type text, size integer.
-- Index: attachment_file_key, file_pkey.
select json_build_object('id', a.attachment_id, 'object', 'attachment',
    'file', json_build_object('id', f.file_id, 'object', 'file', 'name', f.name,
      'size', length(f.content), 'type', f.type, 'url', null,
      'created_at', floor(extract(epoch from f.created_at))::bigint),
    'created_at', floor(extract(epoch from a.attached_at))::bigint)::text as object,
  f.file_id, f.name, f.type, length(f.content) as size
from attachment a
join file f on f.file_id = a.file_id
where a.invoice_id = $1
order by a.attachment_id
