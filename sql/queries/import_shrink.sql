-- Gives back the places that deleted rows have left in the session's staging tables. A script.
-- Only where there are many: whatever names a table that is truncated is planned anew.
do $$
declare
  worn text;
begin
  select string_agg(c.oid::regclass::text, ', ' order by c.oid) into worn
  from pg_class c
  where c.relnamespace = pg_my_temp_schema() and c.relkind = 'r' and c.relname ^@ 'import_'
    and c.relname not in ('import_object', 'import_field', 'import_type')
    and pg_relation_size(c.oid) >= 4 * 8192;
  if worn is not null then
    execute 'truncate ' || worn;
  end if;
end
$$;
