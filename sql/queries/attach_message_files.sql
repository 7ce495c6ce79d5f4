-- Has files that are kept already go with messages.
-- $1 message ids int8[], $2 places int2[], $3 file ids int8[]. Index: none read.
insert into message_file (message_id, place, file_id)
select a.message_id, a.place, a.file_id
from unnest($1::bigint[], $2::smallint[], $3::bigint[]) as a (message_id, place, file_id)
