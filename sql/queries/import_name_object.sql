-- Takes each line as an object of a kind; refuses another one.
-- $1 object text: what it is read as, $2 what it may call itself text
with named as (
  update import_line
  set doc = doc || jsonb_build_object('object', $1::text)
  where jsonb_typeof(doc) = 'object' and coalesce(doc ->> 'object', $2) = $2
)
insert into import_error (line, fault)
select line, 'object|' || $2::text
from import_line
where jsonb_typeof(doc) = 'object' and coalesce(doc ->> 'object', $2) <> $2
