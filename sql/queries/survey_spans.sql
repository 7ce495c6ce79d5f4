-- Reads every live span once in the order of charge and day, and says of the checks that look at
-- them whether they can find anything. Sound is what certainly is: a check that is not may still
-- find nothing. Not decided here are days between spans that may have their reason.
-- Index: coverage_live_key.
-- Out: name text, looked_at bigint, is_sound boolean: one row a check.
with span as (
  select c.subscription_id, c.span_start, c.span_end,
    lag(c.span_end) over (partition by c.subscription_id, c.slot order by c.span_start)
      as previous_end
  from coverage c
  where c.released_by is null
), charged as (
  select s.subscription_id, count(*) as spans, max(s.span_end) as span_end,
    count(*) filter (where s.span_start <> s.previous_end) as uneven
  from span s
  group by s.subscription_id
), whole as (
  select coalesce(sum(c.spans), 0)::bigint as spans, count(s.subscription_id) as subscriptions,
    count(*) filter (where c.uneven > 0) as uneven,
    count(*) filter (where s.subscription_id is not null
      and (b.subscription_id is null or b.covered_through is distinct from c.span_end)) as adrift
  from subscription s
  full join charged c on c.subscription_id = s.subscription_id
  left join billing_cursor b on b.subscription_id = s.subscription_id
)
select c.name, c.looked_at, c.is_sound
from whole w cross join lateral (values
  ('coverage_spans', w.spans, w.uneven = 0),
  ('cursors', w.subscriptions, w.adrift = 0)
) as c (name, looked_at, is_sound)
order by c.name;
