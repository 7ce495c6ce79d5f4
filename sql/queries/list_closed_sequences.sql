-- The sequences of a schema that the session's role may not draw from.
-- $1 schema text
-- columns: name text
-- index: pg_class_relname_nsp_index
select c.relname::text as name
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1
  -- A case, since the function refuses any other relation that it may meet first.
  and case c.relkind when 'S' then not has_sequence_privilege(c.oid, 'usage') else false end
order by c.relname
