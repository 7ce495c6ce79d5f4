-- Claims a key of idempotency; waits for whoever is at the same. One that was left without an
-- answer for ten minutes is claimed again, and one of which the server knows that it has ended.
-- $1 api_key_id bigint, $2 idempotency_key text, $3 request_digest bytea, $4 has_ended boolean
-- Out: left_from timestamptz, since when it was claimed before, null for never; no row where
-- somebody else has it.
-- Index: api_answer_pkey
insert into api_answer as a (api_key_id, idempotency_key, request_digest)
values ($1, $2, $3)
on conflict (api_key_id, idempotency_key) do update
  set began_at = now()
  where a.status is null and (a.began_at < now() - interval '10 minutes' or $4)
    and a.request_digest = excluded.request_digest
returning (select old.began_at from api_answer old
  where old.api_key_id = $1 and old.idempotency_key = $2) as left_from
