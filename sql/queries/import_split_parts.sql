-- Takes the objects within each line apart.
insert into import_part (line, object, path, position, doc)
select l.line, f.part, case f.type when 'list' then f.field || '.' || part.position - 1
       else f.field end, part.position,
       case jsonb_typeof(part.doc) when 'object' then part.doc end
from import_line l
join import_field f on f.object = l.object and f.part is not null
cross join lateral jsonb_array_elements(
  case jsonb_typeof(l.doc -> f.field)
    when 'array' then l.doc -> f.field
    when 'object' then jsonb_build_array(l.doc -> f.field) end) with ordinality part (doc, position)
where l.doc ? f.field;
