-- Deletes drafts without parts, with their attachments. Index: invoice_pkey, attachment_file_key.
-- $1 invoice ids int8[]
with attached as (
  delete from attachment a where a.invoice_id = any($1)
)
delete from invoice i where i.invoice_id = any($1) and i.state = 'draft'
