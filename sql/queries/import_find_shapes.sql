-- Finds the different shapes of lines and of the objects within: their fields and the JSON types of
-- these.
insert into import_shape (object, keys, types, lines)
select object, keys, types, count(*)
from (
  select object, array(select jsonb_object_keys(doc)) as keys,
         jsonb_path_query_array(doc, '$.*.type()') as types
  from import_line
  where jsonb_typeof(doc) = 'object'
  union all
  select object, array(select jsonb_object_keys(doc)), jsonb_path_query_array(doc, '$.*.type()')
  from import_part
  where doc is not null
) one
group by object, keys, types;
