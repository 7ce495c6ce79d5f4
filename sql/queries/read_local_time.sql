-- The day and the minute of it that a moment falls on in a time zone.
-- $1 moment bigint (UNIX seconds), $2 zone text (IANA name). Out: today date, minute integer.
select t.local::date as today,
  (extract(hour from t.local) * 60 + extract(minute from t.local))::integer as minute
from (select to_timestamp($1::bigint) at time zone $2 as local) t
