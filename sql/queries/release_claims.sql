-- Gives messages back that were claimed and not tried.
-- $1 claim text (a uuid), $2 message ids int8[]. Index: message_pkey.
update message m
set claim = null, not_before = now()
where m.message_id = any($2::bigint[]) and m.claim = $1::uuid
