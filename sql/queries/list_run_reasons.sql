-- How many accounts of a run came to which end, and why; of the held ones, how long the oldest has
-- been held.
-- $1 run bigint
-- Out: outcome text, reason text (null for invoiced), accounts bigint, oldest_days integer (null
-- unless held).
-- Index: run_account_pkey.
with ended as (
  select outcome, reason, count(*) as accounts
  from run_account
  where run_id = $1
  group by outcome, reason
), held as (
  select a.reason, max(greatest(r.as_of
    - coalesce(f.as_of, (h.first_seen_at at time zone s.time_zone)::date), 0)) as oldest_days
  from run_account a
  join run r on r.run_id = a.run_id
  join seller s on s.seller_id = r.seller_id
  cross join lateral (
    select o.first_run_id, o.first_seen_at
    from hold o
    where o.customer_id = a.customer_id
      and (o.first_run_id is null or o.first_run_id <= a.run_id)
      and (o.last_run_id is null or o.last_run_id >= a.run_id)
    order by o.first_seen_at, o.hold_id
    limit 1) h
  left join run f on f.run_id = h.first_run_id
  where a.run_id = $1 and a.outcome = 'held'
  group by a.reason
)
select e.outcome, e.reason, e.accounts, h.oldest_days
from ended e
left join held h on e.outcome = 'held' and h.reason = e.reason
order by e.outcome, e.accounts desc, e.reason;
