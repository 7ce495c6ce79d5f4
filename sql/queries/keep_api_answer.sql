-- Keeps what is answered. $1 api_key_id bigint, $2 idempotency_key text, $3 status smallint,
-- $4 body text
-- Index: api_answer_pkey
update api_answer
set status = $3, body = $4
where api_key_id = $1 and idempotency_key = $2
