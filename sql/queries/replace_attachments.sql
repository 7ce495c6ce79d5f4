-- Attaches the files that the staged change lists to a document, and no others.
-- $1 invoice bigint. Index: attachment_file_key.
with wanted as (
  select (a.one #>> '{}')::bigint as file_id, a.place
  from import_line l
  cross join lateral jsonb_array_elements(
    case jsonb_typeof(l.doc -> 'attachments') when 'array' then l.doc -> 'attachments' end)
    with ordinality as a (one, place)
), gone as (
  delete from attachment a
  where a.invoice_id = $1 and not exists (select from wanted w where w.file_id = a.file_id)
)
insert into attachment (invoice_id, file_id)
select $1, w.file_id
from wanted w
where not exists (select from attachment a where a.invoice_id = $1 and a.file_id = w.file_id)
order by w.place
