-- Every subscription has a cursor, and it stands where the last live span of its charges ends.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with last_span as (
  select c.subscription_id, max(c.span_end) as span_end
  from coverage c
  where c.released_by is null
  group by c.subscription_id
), wrong as materialized (
  select s.subscription_id as id,
    case when b.subscription_id is null then 'it has no cursor'
      else format('its cursor stands at %s, but its spans end at %s',
                  coalesce(b.covered_through::text, 'nothing'),
                  coalesce(l.span_end::text, 'nothing')) end as problem
  from subscription s
  left join billing_cursor b on b.subscription_id = s.subscription_id
  left join last_span l on l.subscription_id = s.subscription_id
  where b.subscription_id is null or b.covered_through is distinct from l.span_end
)
select (select count(*) from subscription) as looked_at,
  (select count(*) from wrong) as wrong, 'subscription' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
