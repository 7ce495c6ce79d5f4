-- Refuses payments of days that are far back (FarDates.daysBack), unless they are recorded already.
insert into import_error (line, fault)
select y.line, 'date|a day that is not more than 366 days back: --yes if it is meant'
from import_payment y
where y.received_on < y.today - 366 and y.payment_id is null;
