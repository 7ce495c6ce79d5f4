-- Keeps a token. $1 digest bytea, $2 api_key_id bigint, $3 seconds until it expires bigint
insert into api_token (digest, api_key_id, expires_at)
values ($1, $2, now() + make_interval(secs => $3::bigint))
