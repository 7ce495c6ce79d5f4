-- Revokes the links of documents: their tokens are none any more, and new ones are made from now
-- on.
-- $1 invoice ids int8[], $2 os_user text. Out, in order: invoice_id. Index: revoked_link_pkey.
with revoked as (
  insert into revoked_link (invoice_id, version)
  select w.invoice_id, 1
  from unnest($1::bigint[]) as w (invoice_id)
  order by w.invoice_id
  on conflict (invoice_id) do update
    set version = revoked_link.version + 1, revoked_at = now()
  returning invoice_id
), noted as (
  insert into event (kind, subject_kind, subject_id, detail)
  select 'links_revoked', 'invoice', r.invoice_id, jsonb_build_object('os_user', $2::text)
  from revoked r
  order by r.invoice_id
)
select r.invoice_id from revoked r order by r.invoice_id
