-- Links by which customers reach their invoices: what their tokens are made with.

create table link_secret (
  is_only boolean not null default true,
  secret  bytea not null,
  constraint link_secret_pkey primary key (is_only),
  constraint link_secret_is_one check (is_only),
  constraint link_secret_length check (length(secret) = 32)
);
comment on table link_secret is
  'What the tokens of links are made with; who only reads reports may not see it.';

-- Three UUIDs have 366 random bits of the system's generator.
insert into link_secret (secret)
values (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
  || uuid_send(gen_random_uuid())));

create table revoked_link (
  invoice_id bigint not null,
  version    integer not null,
  revoked_at timestamptz not null default now(),
  constraint revoked_link_pkey primary key (invoice_id),
  constraint revoked_link_version_range check (version > 0)
);
comment on table revoked_link is
  'Documents whose links were revoked; all others have no row. Those of a deleted draft are, '
  'whose id can come back: so it references nothing.';
comment on column revoked_link.version is
  'How often: tokens are made with it, so that those from before are none any more.';
