-- Holds messages that cannot be composed.
-- $1 claim text (a uuid), $2 message ids int8[], $3 codes, $4 reasons text[]. Index: message_pkey.
update message m
set state = 'held', claim = null, reject_code = a.code, reject_reason = a.reason
from unnest($2::bigint[], $3::text[], $4::text[]) as a (message_id, code, reason)
where m.message_id = a.message_id and m.claim = $1::uuid
