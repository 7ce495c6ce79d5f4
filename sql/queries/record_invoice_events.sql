-- Notes what happened to documents: one event each.
-- $1 invoice ids int8[], $2 kind text, $3 os_user text
insert into event (kind, subject_kind, subject_id, detail)
select $2, 'invoice', i.invoice_id, jsonb_build_object('os_user', $3::text)
from unnest($1::bigint[]) with ordinality as i (invoice_id, place)
order by i.place
