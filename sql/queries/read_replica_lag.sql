-- How far a standby is behind.
-- $1 position text: how far the primary has written; null where that is not known.
-- Out: is_standby boolean, behind bigint (bytes), age bigint (seconds since its newest change was
-- committed); nulls where it is not known.
select pg_is_in_recovery() as is_standby,
  greatest(pg_wal_lsn_diff($1::text::pg_lsn, pg_last_wal_replay_lsn()), 0)::bigint as behind,
  extract(epoch from now() - pg_last_xact_replay_timestamp())::bigint as age
