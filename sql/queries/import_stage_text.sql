-- Stages one object as text, as the only line. $1 content bytea
insert into import_text (line, content)
values (1, $1)
