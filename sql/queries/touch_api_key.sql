-- Notes that a key was used, once a minute at most. $1 api_key_id bigint
-- Index: api_key_pkey
update api_key
set last_used_at = now()
where api_key_id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')
