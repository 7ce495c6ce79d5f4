-- The holds, the oldest first, with how long they have been standing.
-- $1 customer bigint, null for all; $2 ended boolean: also those that have ended
-- $3 seller text, null for all
-- $4 as_of date: ages count from the as-of day of the first run that met it up to this day; null
-- counts from the day it was first seen up to the day of $5 moment timestamptz
-- $6 limit bigint, null for all
-- Out: hold_id, customer_id bigint, customer_name, placed_by, code, message text, first_run_id,
-- last_run_id bigint, first_seen, last_seen bigint (UNIX seconds), tries, days integer,
-- released_by text, released bigint.
select h.hold_id, h.customer_id, c.name as customer_name, h.placed_by, h.code, h.message,
  h.first_run_id, h.last_run_id, floor(extract(epoch from h.first_seen_at))::bigint as first_seen,
  floor(extract(epoch from h.last_seen_at))::bigint as last_seen, h.tries,
  greatest(case
    when $4::date is null then ($5::timestamptz at time zone s.time_zone)::date
      - (h.first_seen_at at time zone s.time_zone)::date
    else $4 - coalesce(r.as_of, (h.first_seen_at at time zone s.time_zone)::date)
  end, 0) as days,
  h.released_by, floor(extract(epoch from h.released_at))::bigint as released
from hold h
join customer c on c.customer_id = h.customer_id
join seller s on s.seller_id = c.seller_id
left join run r on r.run_id = h.first_run_id
where ($1::bigint is null or h.customer_id = $1)
  and ($2::boolean or h.released_at is null)
  and ($3::text is null or s.code = $3)
order by h.first_seen_at, h.hold_id
limit $6;
