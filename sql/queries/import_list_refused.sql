-- Lists refused lines with their reasons, to be mended and imported again. Out: line text, one JSON
-- object.
select case jsonb_typeof(l.doc) when 'object' then l.doc
           else jsonb_build_object('import_text', coalesce(l.doc::text,
             encode(t.content, 'escape'))) end
         || jsonb_build_object('import_error', e.reasons) as line
from (
  select line, string_agg(ltrim(split_part(fault, '|', 1) || ': expected '
         || split_part(fault, '|', 2), ': '), '; ' order by fault) as reasons
  from import_error
  group by line
) e
left join (
  select line, doc from import_refused
  union all
  select line, doc from import_line where line in (select line from import_error)
) l on l.line = e.line
left join import_text t on t.line = e.line
order by e.line;
