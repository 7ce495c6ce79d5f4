-- The tables of a schema that the session's role may not read, insert into and update.
-- $1 schema text
-- columns: name text
-- index: none needed
select t.tablename::text as name
from pg_catalog.pg_tables t
where t.schemaname = $1
  and not (has_schema_privilege(t.schemaname::text, 'usage')
           and has_table_privilege(format('%I.%I', t.schemaname, t.tablename), 'select')
           and has_table_privilege(format('%I.%I', t.schemaname, t.tablename), 'insert')
           and has_table_privilege(format('%I.%I', t.schemaname, t.tablename), 'update'))
order by t.tablename
