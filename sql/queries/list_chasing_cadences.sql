-- The newest version of each cadence that customers have, a row a step.
-- Out, in order of cadence and step: chasing_cadence_id bigint, code text, business_days_only,
-- combine boolean, quiet_from, quiet_to text as HH:MM (nulls for none), step smallint (from 1),
-- after_due, after_issue integer (one of them null), action text, template, amount text (nulls for
-- none), is_percent boolean, url, assignee text (nulls for none).
-- Index: chasing_cadence_version_key.
select c.chasing_cadence_id, c.code, c.business_days_only, c.combine,
  c.quiet_hours ->> 'from' as quiet_from, c.quiet_hours ->> 'to' as quiet_to,
  s.place::smallint as step, (s.doc ->> 'after_due')::numeric::integer as after_due,
  (s.doc ->> 'after_issue')::numeric::integer as after_issue, s.doc ->> 'action' as action,
  s.doc ->> 'template' as template, s.doc ->> 'amount' as amount,
  coalesce((s.doc ->> 'is_percent')::boolean, false) as is_percent, s.doc ->> 'url' as url,
  s.doc ->> 'assignee' as assignee
from chasing_cadence c
cross join lateral jsonb_array_elements(c.steps) with ordinality as s (doc, place)
where c.version = (select max(n.version) from chasing_cadence n where n.code = c.code)
order by c.chasing_cadence_id, s.place
