-- The sellers whose time zone the server does not know.
-- columns: code text, time_zone text
-- index: none needed, sellers are few
select s.code, s.time_zone
from seller s
where not exists (select from pg_catalog.pg_timezone_names z where z.name = s.time_zone)
order by s.code
