-- Makes chasing cadences; a changed one is a further version. Out: created bigint, updated bigint,
-- unchanged bigint.
with good as (
  select r.*, newest.version,
         (newest.business_days_only, newest.quiet_hours, newest.combine, newest.steps)
           is not distinct from (r.business_days_only, r.quiet_hours, r.combine, r.steps) as is_same
  from import_chasing_cadence r
  left join lateral (
    select c.version, c.business_days_only, c.quiet_hours, c.combine, c.steps
    from chasing_cadence c
    where c.code = r.id
    order by c.version desc
    limit 1
  ) newest on true
  where not exists (select from import_error e where e.line = r.line)
), made as (
  insert into chasing_cadence (code, version, business_days_only, quiet_hours, combine, steps)
  select id, coalesce(version, 0) + 1, business_days_only, quiet_hours, combine, steps
  from good
  where version is null or not is_same
  order by line
  returning 1
)
select count(*) filter (where version is null) as created, count(*)
       filter (where version is not null and not is_same) as updated,
       count(*) filter (where version is not null and is_same) as unchanged
from good;
