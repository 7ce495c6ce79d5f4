-- Adds a key for the server, unless one of this name is in force.
-- $1 name text, $2 client_id text, $3 digest bytea, $4 scopes text[], $5 client_digest bytea
-- Out: api_key_id bigint; no row where the name is taken.
insert into api_key (name, client_id, digest, scopes, client_digest)
values ($1, $2, $3, $4::text[], $5)
on conflict (name) where revoked_at is null do nothing
returning api_key_id
