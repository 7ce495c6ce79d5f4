-- Finds unknown objects and fields, missing fields and wrong types, by shape; only lines of bad
-- shapes are looked at, each once: an object may have as many wrong fields as it likes.
with shape as materialized (
  select row_number() over () as shape, object, keys, types from import_shape
), present as (
  select s.shape, s.object, k.field, k.type, f.type as wanted, f.required
  from shape s
  cross join lateral rows from (
    unnest(s.keys), jsonb_array_elements_text(s.types)) as k (field, type)
  left join import_field f on f.object = s.object and f.field = k.field
  where s.object in (select f.object from import_field f)
), fault (shape, field, expected) as materialized (
  select p.shape, p.field, 'no field of this name in ' || p.object
  from present p
  where p.wanted is null and p.field <> 'import_error'
  union all
  select p.shape, p.field, t.expected
  from present p
  join import_type t on t.type = p.wanted
  where not (p.type = any(t.json_types) or p.type = 'null' and not p.required)
  union all
  select s.shape, f.field, t.expected || ', it is missing'
  from shape s
  join import_field f on f.object = s.object and f.required and f.field <> all(s.keys)
  join import_type t on t.type = f.type
), bad as (
  select s.shape, s.object, s.keys, s.types
  from shape s
  where s.shape in (select f.shape from fault f)
), one (shape, line, path) as materialized (
  select bad.shape, l.line, l.path
  from (
    select line, object, '' as path, doc from import_line where jsonb_typeof(doc) = 'object'
    union all
    select line, object, path || '.', doc from import_part where doc is not null
  ) l
  join bad on bad.object is not distinct from l.object
    and array(select jsonb_object_keys(l.doc)) = bad.keys
    and jsonb_path_query_array(l.doc, '$.*.type()') = bad.types
)
insert into import_error (line, fault)
select one.line, one.path || fault.field || '|' || fault.expected
from fault
join one on one.shape = fault.shape
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
