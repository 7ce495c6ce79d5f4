-- Keeps others who change an object waiting until the transaction ends. $1 name text
-- Out: locked text, empty.
select pg_advisory_xact_lock(hashtextextended(current_schema() || ' ' || $1::text, 0))::text
  as locked
