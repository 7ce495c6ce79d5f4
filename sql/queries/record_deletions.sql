-- Keeps drafts that are about to be deleted, as the objects that they were (RULES 2).
-- $1 invoice ids int8[], $2 objects text[], $3 os_user text
insert into event (kind, subject_kind, subject_id, detail)
select 'invoice_deleted', 'invoice', d.invoice_id,
  jsonb_build_object('os_user', $3::text, 'invoice', d.object::jsonb)
from unnest($1::bigint[], $2::text[]) with ordinality as d (invoice_id, object, place)
order by d.place
