-- A file as the seeds' object, with its content where that is wanted.
-- $1 file bigint, $2 with the content boolean. Out: object json, name text, size integer,
-- content bytea. Index: file_pkey.
select json_build_object('id', f.file_id, 'object', 'file', 'name', f.name,
    'size', length(f.content), 'type', f.type, 'url', null,
    'created_at', floor(extract(epoch from f.created_at))::bigint)::text as object,
  f.name, length(f.content) as size, case when $2::boolean then f.content end as content
from file f
where f.file_id = $1
