-- The contents of files. $1 file ids int8[]. Out: file_id, content bytea. Index: file_pkey.
select f.file_id, f.content
from file f
where f.file_id = any($1::bigint[])
order by f.file_id
