-- Writes who did what.
-- $1 kind text, $2 subject_kind text, $3 subject_id bigint, $4 detail jsonb
insert into event (kind, subject_kind, subject_id, detail)
values ($1, $2, $3, $4)
