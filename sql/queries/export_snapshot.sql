-- Names the transaction's snapshot, so that other sessions can see the same.
-- Out: snapshot text.
select pg_export_snapshot() as snapshot;
