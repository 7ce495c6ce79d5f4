-- Gives the fields of lines that came from CSV, all texts, their types; empty ones are left out.
-- $1 line integer, $2 line integer: the first and the last of them. A text that doesn't fit stays a
-- text.
update import_line l
set doc = (
  select coalesce(jsonb_object_agg(cell.key, case
      when f.type = 'number' and cell.value ~ '^-?[0-9]{1,100}([.][0-9]{1,100})?$'
        then to_jsonb(cell.value::numeric)
      when f.type = 'day' and cell.value ~ '^-?[0-9]{1,18}$' then to_jsonb(cell.value::numeric)
      when f.type = 'boolean' and cell.value in ('true', 'false') then to_jsonb(cell.value::boolean)
      when f.type = 'list' and cell.value !~ '^ *\[' then to_jsonb(string_to_array(cell.value, ';'))
      when f.type in ('list', 'object')
        then coalesce((pg_temp.import_json(convert_to(cell.value, 'UTF8'))).doc,
          to_jsonb(cell.value))
      else to_jsonb(cell.value) end) filter (where cell.key not like 'metadata.%'), '{}')
    || case when bool_or(cell.key like 'metadata.%')
         then jsonb_build_object('metadata', jsonb_object_agg(substr(cell.key, 10), cell.value)
           filter (where cell.key like 'metadata.%'))
         else '{}' end
  from jsonb_each_text(l.doc) cell
  left join import_field f on f.object = l.object and f.field = cell.key
  where cell.value <> ''
)
where l.line between $1 and $2;
