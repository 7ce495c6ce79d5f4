-- Finds objects that occur twice in one import; the first of them stands.
with twice as (
  select l.object, l.doc ->> o.keys[1] as id, l.doc ->> o.keys[2] as version,
         min(l.line) as first_line
  from import_line l
  join import_object o on o.object = l.object
  where l.doc ->> o.keys[1] is not null
  group by l.object, l.doc ->> o.keys[1], l.doc ->> o.keys[2]
  having count(*) > 1
)
insert into import_error (line, fault)
select l.line, o.keys[1] || '|an object that does not occur twice in one import'
from twice t
join import_object o on o.object = t.object
join import_line l on l.object = t.object and l.line > t.first_line
  and l.doc ->> o.keys[1] = t.id and l.doc ->> o.keys[2] is not distinct from t.version;
