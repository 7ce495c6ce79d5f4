-- Remembers a file of a bank, with an event. $1 fingerprint bytea, $2 name, $3 kind, $4 message_id
-- text, $5 detail text (a JSON object), $6 is_whole boolean: it is not read again.
-- Index: bank_report_pkey.
with kept as (
  insert into bank_report (fingerprint, name, kind, message_id, is_whole)
  values ($1, $2, $3, $4, $6)
  on conflict (fingerprint) do update set is_whole = excluded.is_whole, read_at = now()
)
insert into event (kind, subject_kind, subject_id, detail)
values ('bank_file_read', 'bank_report', 0, $5::jsonb)
