-- What was answered. $1 api_key_id bigint, $2 idempotency_key text
-- Out: request_digest bytea, status smallint, body text, both null while it is under way.
-- Index: api_answer_pkey
select a.request_digest, a.status, a.body
from api_answer a
where a.api_key_id = $1 and a.idempotency_key = $2
