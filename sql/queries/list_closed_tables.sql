-- The tables of a schema that the session's role may not read, insert into and update.
-- $1 schema text
-- columns: name text
-- index: pg_class_relname_nsp_index
select c.relname::text as name
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1
  and c.relkind in ('r', 'p')
  and not (has_schema_privilege(n.oid, 'usage')
           and has_table_privilege(c.oid, 'select')
           and has_table_privilege(c.oid, 'insert')
           and has_table_privilege(c.oid, 'update'))
order by c.relname
