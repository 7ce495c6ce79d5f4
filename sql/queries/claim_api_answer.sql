-- Claims a key of idempotency; waits for whoever is at the same. One that was left without an
-- answer for ten minutes is claimed again.
-- $1 api_key_id bigint, $2 idempotency_key text, $3 request_digest bytea
-- Out: is_left boolean, whether it was claimed before; no row where somebody else has it.
-- Index: api_answer_pkey
insert into api_answer as a (api_key_id, idempotency_key, request_digest)
values ($1, $2, $3)
on conflict (api_key_id, idempotency_key) do update
  set began_at = now()
  where a.status is null and a.began_at < now() - interval '10 minutes'
    and a.request_digest = excluded.request_digest
returning a.xmax <> 0 as is_left
