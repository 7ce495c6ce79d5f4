-- Keys in force whose digest begins as this one: the caller compares the whole.
-- $1 digest bytea, $2 kind text: key, token (not expired, of a key) or client: of the secret that
-- goes with $3 client_id text
-- Out: api_key_id bigint, name text, scopes text[], digest bytea, that of the kind; is_stale
-- boolean: its use was not noted within the last minute.
-- Index: api_key_lookup_idx, api_token_lookup_idx, api_key_client_key
select k.api_key_id, k.name, k.scopes, k.digest,
  coalesce(k.last_used_at < now() - interval '1 minute', true) as is_stale
from api_key k
where $2::text = 'key' and substr(k.digest, 1, 8) = substr($1::bytea, 1, 8)
  and k.revoked_at is null
union all
select k.api_key_id, k.name, k.scopes, t.digest,
  coalesce(k.last_used_at < now() - interval '1 minute', true)
from api_token t
join api_key k on k.api_key_id = t.api_key_id
where $2::text = 'token' and substr(t.digest, 1, 8) = substr($1::bytea, 1, 8)
  and t.expires_at > now() and k.revoked_at is null
union all
select k.api_key_id, k.name, k.scopes, k.client_digest,
  coalesce(k.last_used_at < now() - interval '1 minute', true)
from api_key k
where $2::text = 'client' and k.client_id = $3::text and k.revoked_at is null
order by api_key_id, digest
