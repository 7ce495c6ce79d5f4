-- What the session's role may not do with tables of a schema, of what it needs; reading all of them
-- is needed anyway.
-- $1 schema text, $2 tables, $3 privileges, $4 columns text[]: with blanks between, empty for all
-- columns: name text, privilege text
-- index: pg_class_relname_nsp_index
select c.relname::text as name, r.privilege
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join (
  select w.name, w.privilege, w.columns
  from unnest($2::text[], $3::text[], $4::text[]) as w (name, privilege, columns)
  union all
  select t.tablename::text, 'select', '' from pg_catalog.pg_tables t where t.schemaname = $1
) r on r.name = c.relname::text
where n.nspname = $1
  and c.relkind in ('r', 'p')
  and not (has_schema_privilege(n.oid, 'usage')
           and case r.columns when '' then has_table_privilege(c.oid, r.privilege)
             else (select bool_and(has_column_privilege(c.oid, it, r.privilege))
                   from string_to_table(r.columns, ' ') it) end)
order by c.relname, r.privilege, r.columns
