-- Reads holidays from good lines; a UNIX timestamp is taken in UTC.
insert into import_holiday (line, country, date)
select l.line, l.doc ->> 'country', pg_temp.import_day(l.doc -> 'date', 'UTC')
from import_line l
where l.object = 'holiday';
