-- The tables that manifests are read into, of this session: the lines of a file, and the accounts
-- of the one or two that are looked at.
create temporary table if not exists manifest_text (doc jsonb not null);
create temporary table if not exists manifest_entry (
  side smallint not null,
  customer_id bigint not null,
  doc jsonb not null
);
truncate manifest_text, manifest_entry
