-- Reads chasing cadences from good lines.
insert into import_chasing_cadence (line, id, business_days_only, quiet_hours, combine, steps)
select l.line, r.id, coalesce(r.business_days_only, false), r.quiet_hours,
       coalesce(r.combine, false), r.steps
from import_line l
cross join lateral jsonb_to_record(l.doc) as r (
  id text, business_days_only boolean, quiet_hours jsonb, combine boolean, steps jsonb)
where l.object = 'chasing_cadence';
