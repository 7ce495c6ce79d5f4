-- Makes holidays. Out: created bigint, updated bigint, unchanged bigint.
with good as (
  select distinct r.country, r.date
  from import_holiday r
  where not exists (select from import_error e where e.line = r.line)
), created as (
  insert into holiday (country, date)
  select country, date from good g
  where not exists (select from holiday h where h.country = g.country and h.date = g.date)
  returning 1
)
select (select count(*) from created) as created, 0::bigint as updated,
       (select count(*) from good) - (select count(*) from created) as unchanged;
