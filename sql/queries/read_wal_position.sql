-- How far the server has written, to compare a standby with; null on a standby.
-- Out: position text.
select case when not pg_is_in_recovery() then pg_current_wal_lsn()::text end as position
