-- Keeps files that were made for messages.
-- $1 message ids int8[], $2 places int2[], $3 names, $4 types text[], $5 contents bytea[].
-- Index: none read.
with made as (
  select a.message_id, a.place, a.name, a.type, a.content,
    nextval(pg_get_serial_sequence('file', 'file_id')) as file_id
  from unnest($1::bigint[], $2::smallint[], $3::text[], $4::text[], $5::bytea[])
    as a (message_id, place, name, type, content)
), kept as (
  insert into file (file_id, name, type, sha256, content) overriding system value
  select m.file_id, m.name, m.type, sha256(m.content), m.content
  from made m
)
insert into message_file (message_id, place, file_id)
select m.message_id, m.place, m.file_id
from made m
