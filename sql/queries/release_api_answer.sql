-- Gives a claim up that has come to nothing. $1 api_key_id bigint, $2 idempotency_key text
-- Index: api_answer_pkey
delete from api_answer where api_key_id = $1 and idempotency_key = $2 and status is null
