-- Lists what is wrong, errors that only follow from another refused line last. $1 limit bigint.
-- Out: line integer, field text, expected text, found text (null where nothing stands), because
-- integer (that other line).
with bad as (
  select line, object, doc from import_refused
  union all
  select line, object, doc from import_line where line in (select line from import_error)
), refused as (
  select object, doc -> 'id' as id, min(line) as line
  from bad
  group by object, doc -> 'id'
), listed as (
  select e.line, e.field, e.expected, refused.line as because
  from (
    select line, split_part(fault, '|', 1) as field, split_part(fault, '|', 2) as expected,
           nullif(split_part(fault, '|', 3), '') as refers
    from import_error
  ) e
  left join bad l on l.line = e.line and e.refers is not null
  left join refused on refused.object = e.refers and refused.line <> e.line
    and refused.id = l.doc #> string_to_array(e.field, '.')
  order by refused.line is not null, e.line, e.field, e.expected
  limit $1
)
select e.line, e.field, e.expected,
  -- An account's number is nothing for a log.
  regexp_replace(left((l.doc #> string_to_array(e.field, '.'))::text, 80),
    '^"([A-Z]{2})[0-9]{2}[A-Z0-9 ]{7,}(.{4})"$', '"\1…\2"') as found,
  e.because
from listed e
left join bad l on l.line = e.line
order by e.because is not null, e.line, e.field, e.expected;
