-- The files that are attached to documents.
-- $1 invoice ids int8[]. Out: invoice_id, file_id bigint. Index: attachment_file_key.
select a.invoice_id, a.file_id
from attachment a
where a.invoice_id = any($1::bigint[])
order by a.invoice_id, a.attachment_id
