-- Remembers a file of a bank, with an event. $1 fingerprint bytea, $2 name, $3 kind, $4 message_id
-- text, $5 detail text (a JSON object).
with kept as (
  insert into bank_report (fingerprint, name, kind, message_id)
  values ($1, $2, $3, $4)
)
insert into event (kind, subject_kind, subject_id, detail)
values ('bank_file_read', 'bank_report', 0, $5::jsonb)
