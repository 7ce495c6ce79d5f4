-- How many accounts of a run came to which end, and why; of the held ones, how long the oldest has
-- been held.
-- $1 run bigint
-- Out: outcome text, reason text (null for invoiced), accounts bigint, oldest_days integer (null
-- unless held).
-- Index: run_account_pkey.
select a.outcome, a.reason, count(*) as accounts, max(h.days) as oldest_days
from run_account a
join run r on r.run_id = a.run_id
left join lateral (
  select greatest(
    r.as_of - coalesce(f.as_of, (o.first_seen_at at time zone s.time_zone)::date), 0) as days
  from hold o
  join seller s on s.seller_id = r.seller_id
  left join run f on f.run_id = o.first_run_id
  where a.outcome = 'held' and o.customer_id = a.customer_id
    and (o.first_run_id is null or o.first_run_id <= a.run_id)
    and (o.last_run_id is null or o.last_run_id >= a.run_id)
  order by o.first_seen_at, o.hold_id
  limit 1
) h on true
where a.run_id = $1
group by a.outcome, a.reason
order by a.outcome, accounts desc, a.reason;
