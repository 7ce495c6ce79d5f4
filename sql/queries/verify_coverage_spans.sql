-- Live spans of a charge neither overlap nor leave days without a reason (invariant 3; RULES 0.2).
-- Days that were released and wait for the next run have theirs; an add-on may be gone for a while
-- by a change.
-- Index: coverage_live_key.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with span as (
  select c.subscription_id, c.slot, c.span_start,
    max(c.span_end) over (partition by c.subscription_id, c.slot order by c.span_start
                          rows between unbounded preceding and 1 preceding) as previous_end
  from coverage c
  where c.released_by is null
), wrong as materialized (
  select s.subscription_id as id,
    case when s.span_start < s.previous_end
      then format('slot %s is covered twice on %s..%s', s.slot, s.span_start, s.previous_end)
      else format('slot %s is not covered on %s..%s', s.slot, s.previous_end, s.span_start)
      end as problem
  from span s
  where s.span_start <> s.previous_end
    and (s.span_start < s.previous_end
      or not coalesce((
        select range_agg(daterange(r.span_start, r.span_end))
               @> daterange(s.previous_end, s.span_start)
        from coverage r
        where r.subscription_id = s.subscription_id and r.slot = s.slot
          and r.released_by is not null), false)
      and not (s.slot > 0 and exists (
        select from subscription_change x
        where x.subscription_id = s.subscription_id and x.addons is not null)))
)
select (select count(*) from coverage c where c.released_by is null) as looked_at,
  (select count(*) from wrong) as wrong, 'subscription' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
