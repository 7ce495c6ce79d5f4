-- Lists what is wrong, errors that only follow from another refused line last. $1 limit bigint.
-- Out: line integer, field text, expected text, found text (null where nothing stands), because
-- integer (that other line).
with refused as (
  select r.object, r.doc -> 'id' as id, min(r.line) as line
  from import_line r
  where r.line in (select line from import_error)
  group by r.object, r.doc -> 'id'
)
select e.line, e.field, e.expected, left((l.doc #> string_to_array(e.field, '.'))::text,
       80) as found, refused.line as because
from (
  select line, split_part(fault, '|', 1) as field, split_part(fault, '|', 2) as expected,
         split_part(fault, '|', 3) as refers
  from import_error
) e
left join import_line l on l.line = e.line
left join refused on refused.object = e.refers and refused.line <> e.line
  and refused.id = l.doc #> string_to_array(e.field, '.')
order by refused.line is not null, e.line, e.field, e.expected
limit $1;
