-- The newest version of each chasing cadence as an import takes it.
-- Out: line text, in order of code.
-- Index: none needed
select json_strip_nulls(json_build_object(
  'object', 'chasing_cadence', 'id', c.code, 'steps', c.steps,
  'business_days_only', nullif(c.business_days_only, false), 'quiet_hours', c.quiet_hours,
  'combine', nullif(c.combine, false)))::text as line
from chasing_cadence c
where not exists (select from chasing_cadence n where n.code = c.code and n.version > c.version)
order by c.code, c.chasing_cadence_id
