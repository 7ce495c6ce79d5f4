-- Finds unknown objects and fields, missing fields and wrong types, by shape; only lines of bad
-- shapes are looked at.
with present as (
  select s.object, s.keys, s.types, k.field, s.types ->> k.position::integer - 1 as type,
    f.type as wanted, f.required
  from import_shape s
  cross join lateral unnest(s.keys) with ordinality k (field, position)
  left join import_field f on f.object = s.object and f.field = k.field
  where s.object in (select f.object from import_field f)
), fault (object, keys, types, field, expected) as (
  select p.object, p.keys, p.types, p.field, 'no field of this name in ' || p.object
  from present p
  where p.wanted is null and p.field <> 'import_error'
  union all
  select p.object, p.keys, p.types, p.field, t.expected
  from present p
  join import_type t on t.type = p.wanted
  where not (p.type = any(t.json_types) or p.type = 'null' and not p.required)
  union all
  select s.object, s.keys, s.types, f.field, t.expected || ', it is missing'
  from import_shape s
  join import_field f on f.object = s.object and f.required and f.field <> all(s.keys)
  join import_type t on t.type = f.type
)
insert into import_error (line, fault)
select one.line, one.path || fault.field || '|' || fault.expected
from fault
join (
  select line, object, '' as path, doc from import_line where jsonb_typeof(doc) = 'object'
  union all
  select line, object, path || '.', doc from import_part where doc is not null
) one on one.object is not distinct from fault.object
  and array(select jsonb_object_keys(one.doc)) = fault.keys
  and jsonb_path_query_array(one.doc, '$.*.type()') = fault.types
union all
select l.line, 'object|' || (
  select case when count(*) = 1 then format('"%s"', min(o.object))
    else 'one of ' || string_agg(o.object, ', ' order by o.object) end
  from import_object o)
from import_line l
where jsonb_typeof(l.doc) = 'object' and (l.object is null or l.object not
  in (select o.object from import_object o))
union all
select line, '|one JSON object on the line' from import_line where jsonb_typeof(doc) <> 'object'
union all
select line, path || '|an object' from import_part where doc is null;
