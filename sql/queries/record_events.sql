-- Writes who did what to several subjects.
-- $1 kind text, $2 subject_kind text, $3 subject ids int8[], $4 details text[], a JSON object each.
-- In: one array element an event.
insert into event (kind, subject_kind, subject_id, detail)
select $1, $2, a.subject_id, a.detail::jsonb
from unnest($3::bigint[], $4::text[]) as a (subject_id, detail)
