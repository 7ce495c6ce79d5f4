-- Keeps a file. $1 name text, $2 type text, $3 content bytea. Out: file_id bigint.
insert into file (name, type, sha256, content)
values ($1, $2, sha256($3), $3)
returning file_id
