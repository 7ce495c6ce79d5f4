-- Who may speak to the server over HTTP, and what it has answered already.

create table api_key (
  api_key_id bigint generated always as identity,
  name       text not null,
  digest     bytea not null,
  client_id  text not null,
  client_digest bytea not null,
  scopes     text[] not null,
  created_by text not null default session_user,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  last_used_at timestamptz,
  constraint api_key_pkey primary key (api_key_id),
  constraint api_key_client_key unique (client_id),
  constraint api_key_digest_key unique (digest),
  constraint api_key_digest_length check (length(digest) = 32 and length(client_digest) = 32),
  constraint api_key_name_plain check (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  constraint api_key_scopes_known
    check (scopes <@ array['read', 'write', 'operate'] and cardinality(scopes) > 0)
);
create unique index api_key_name_key on api_key (name) where revoked_at is null;
create index api_key_lookup_idx on api_key (substr(digest, 1, 8));
comment on table api_key is 'Who may speak to the server; the key itself is kept nowhere.';
comment on column api_key.client_id is
  'By which OAuth names the key: 36 characters, as its clients want.';
comment on column api_key.digest is 'SHA-256 of the key, which has 256 random bits.';
comment on column api_key.client_digest is
  'SHA-256 of the secret for OAuth, which has 240 random bits.';
comment on column api_key.last_used_at is 'To the minute.';

create table api_token (
  digest     bytea not null,
  api_key_id bigint not null,
  expires_at timestamptz not null,
  constraint api_token_pkey primary key (digest),
  constraint api_token_key_fkey foreign key (api_key_id) references api_key,
  constraint api_token_digest_length check (length(digest) = 32)
);
create index api_token_expires_idx on api_token (expires_at);
create index api_token_lookup_idx on api_token (substr(digest, 1, 8));
comment on table api_token is 'Bearer tokens of OAuth, each for a key and a short time.';
comment on column api_token.digest is 'SHA-256 of the token, which has 256 random bits.';

create table api_answer (
  api_key_id      bigint not null,
  idempotency_key text not null,
  request_digest  bytea not null,
  began_at        timestamptz not null default now(),
  status          smallint,
  body            text,
  constraint api_answer_pkey primary key (api_key_id, idempotency_key),
  constraint api_answer_key_fkey foreign key (api_key_id) references api_key,
  constraint api_answer_whole check ((status is null) = (body is null))
);
create index api_answer_began_idx on api_answer (began_at);
comment on table api_answer is
  'What was answered to a request with an idempotency key: the same again has no second effect.';
comment on column api_answer.request_digest is 'SHA-256 of method, path, query and body.';
comment on column api_answer.status is 'Of HTTP; null while the request is under way.';
