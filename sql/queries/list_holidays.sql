-- The holidays of some countries.
-- $1 countries text[]. Out: country text, date date. Index: holiday_pkey.
select h.country, h.date
from holiday h
where h.country = any($1)
