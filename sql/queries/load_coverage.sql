-- The covered days of some subscriptions, charge by charge, joined where they touch.
-- $1 subscription ids int8[]. In order of subscription_id, slot, span_start.
-- Index: coverage_live_key.
select subscription_id, slot, lower(days) as span_start, upper(days) as span_end
from (
  select subscription_id, slot, unnest(range_agg(daterange(span_start, span_end))) as days
  from coverage
  where subscription_id = any($1) and released_by is null
  group by subscription_id, slot
) spans
order by subscription_id, slot, span_start
