-- Keys for the server, in the order in which they were made.
-- $1 name text: null for all; $2 revoked boolean: also those that are revoked
-- Out: api_key_id bigint, name, client_id text, scopes text[], created_by text, and in UNIX
-- seconds bigint: created, revoked, last_used.
-- Index: api_key_pkey
select k.api_key_id, k.name, k.client_id, k.scopes, k.created_by,
  floor(extract(epoch from k.created_at))::bigint as created,
  floor(extract(epoch from k.revoked_at))::bigint as revoked,
  floor(extract(epoch from k.last_used_at))::bigint as last_used
from api_key k
where ($1::text is null or k.name = $1) and ($2::boolean or k.revoked_at is null)
order by k.api_key_id
