-- What the server is, who we are on it, and whether this session can write at all.
-- columns: version text, version_number integer, database text, role text, is_standby boolean,
--   is_read_only boolean
-- index: none needed
select split_part(current_setting('server_version'), ' ', 1) as version,
       current_setting('server_version_num')::integer as version_number,
       current_database()::text as database,
       current_user::text as role,
       pg_catalog.pg_is_in_recovery() as is_standby,
       current_setting('transaction_read_only') = 'on' as is_read_only
