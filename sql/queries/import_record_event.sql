-- Records the import. $1 detail jsonb: its files and counts.
insert into event (kind, subject_kind, subject_id, detail) values ('import', 'import', 0, $1);
