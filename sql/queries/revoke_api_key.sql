-- Revokes the key of a name that is in force. $1 name text
-- Out: api_key_id bigint; no row where there is none.
-- Index: api_key_name_key
update api_key
set revoked_at = now()
where name = $1 and revoked_at is null
returning api_key_id
