-- Stages objects as text, one a line. $1 contents bytea[]
insert into import_text (line, content)
select t.line, t.content
from unnest($1::bytea[]) with ordinality as t (content, line)
