-- Reads lines one by one that could not be read together, and keeps what is wrong with those that
-- are no JSON.
with read as (
  select t.line, json.doc, json.reason
  from import_text t
  cross join lateral pg_temp.import_json(t.content) json
), good as (
  insert into import_line (line, doc)
  select line, doc from read where doc is not null
)
insert into import_error (line, fault)
select line, '|one JSON object on the line: ' || replace(coalesce(reason, 'it is null'), '|', '/')
from read
where doc is null;
