-- What of the server's settings matters to us, and how many may still connect.
-- columns: fsync boolean, full_page_writes boolean, synchronous_commit boolean, free integer
-- index: none needed
select current_setting('fsync')::boolean as fsync,
       current_setting('full_page_writes')::boolean as full_page_writes,
       current_setting('synchronous_commit') <> 'off' as synchronous_commit,
       current_setting('max_connections')::integer
         - current_setting('superuser_reserved_connections')::integer
         - (select count(*) from pg_catalog.pg_stat_activity a
            where a.backend_type = 'client backend')::integer as free
