-- A run with what it charged and chased; which steps of chasing are a run's is told by day, and
-- looked at only where it had such a phase.
-- $1 run bigint
-- Out: the run's columns, started_at and ended_at as UNIX seconds, attempted, approved, declined,
-- unknown, steps_due, steps_queued bigint.
with this as (
  select r.run_id, r.kind, r.seller_id, s.code as seller, s.time_zone, r.as_of, r.invoice_date,
    r.posting, r.gate, r.state,
    r.population, r.fingerprint, r.error, r.opened_at, r.closed_at, r.phases
  from run r
  join seller s on s.seller_id = r.seller_id
  where r.run_id = $1
), charge as (
  select count(*) as attempted, count(*) filter (where a.state = 'approved') as approved,
    count(*) filter (where a.state = 'declined') as declined,
    count(*) filter (where a.state in ('intended', 'unknown')) as unknown
  from this r
  join payment_attempt a on a.run_id = r.run_id
), chase as (
  select count(*) filter (where c.state = 'taken') as steps_due,
    count(distinct c.message_id) as steps_queued
  from this r
  join chase_step c
    on c.taken_on = least(r.as_of, (r.closed_at at time zone r.time_zone)::date)
  join invoice i on i.invoice_id = c.invoice_id and i.seller_id = r.seller_id
  where r.phases @> '[{"name": "chase"}]'
)
select r.run_id, r.kind, r.seller, r.as_of, r.invoice_date, r.posting, r.gate, r.state,
  r.population,
  r.fingerprint, r.error,
  floor(extract(epoch from r.opened_at))::bigint as started_at,
  floor(extract(epoch from r.closed_at))::bigint as ended_at,
  charge.attempted, charge.approved, charge.declined, charge.unknown, chase.steps_due,
  chase.steps_queued
from this r, charge, chase;
