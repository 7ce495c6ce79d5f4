-- Who reads another file of a bank waits, so that each knows what the other has kept and changed.
select pg_advisory_xact_lock(hashtextextended(current_schema() || ' bank_entry', 0))
