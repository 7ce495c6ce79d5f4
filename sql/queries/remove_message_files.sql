-- Takes from messages the files that an earlier composition gave them.
-- $1 message ids int8[]. Index: message_file_pkey.
delete from message_file where message_id = any($1::bigint[])
