-- The files of messages without their contents, in order.
-- $1 message ids int8[]. Out: message_id, file_id, name, type text, size integer in bytes.
-- Index: message_file_pkey, file_pkey.
select m.message_id, f.file_id, f.name, f.type, length(f.content) as size
from message_file m
join file f on f.file_id = m.file_id
where m.message_id = any($1::bigint[])
order by m.message_id, m.place
