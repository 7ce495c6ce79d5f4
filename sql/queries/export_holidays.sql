-- Holidays as an import takes them.
-- Out: line text, in order of country and day.
-- Index: holiday_pkey.
select json_strip_nulls(json_build_object(
  'object', 'holiday', 'country', h.country, 'date', h.date))::text as line
from holiday h
order by h.country, h.date
