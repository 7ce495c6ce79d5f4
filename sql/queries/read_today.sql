-- The day that a moment falls on in a time zone.
-- $1 moment bigint (seconds since 1970-01-01 00:00 UTC), $2 zone text (IANA name)
-- columns: today date
-- index: none needed
select (to_timestamp($1::bigint) at time zone $2)::date as today
