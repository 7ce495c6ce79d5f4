-- Deletes drafts without parts, with their attachments. Their links are revoked: another invoice
-- can be made by the same id.
-- $1 invoice ids int8[]
-- Index: invoice_pkey, attachment_file_key, revoked_link_pkey.
with attached as (
  delete from attachment a where a.invoice_id = any($1)
), revoked as (
  insert into revoked_link (invoice_id, version)
  select w.invoice_id, 1
  from unnest($1::bigint[]) as w (invoice_id)
  order by w.invoice_id
  on conflict (invoice_id) do update
    set version = revoked_link.version + 1, revoked_at = now()
)
delete from invoice i where i.invoice_id = any($1) and i.state = 'draft'
