-- What chasing has come to in some days, and what of the overdue is chased or not, as of now.
-- $1 first day, $2 day after the last date, $3 seller text, null for all, $4 moment timestamptz:
-- whose day in the seller's zone is today.
-- Out, in order: section (steps, refused, chased, not chased), label, currency text (empty for
-- steps), digits integer, count bigint, amount bigint in minor units (0 for steps).
-- Index: chase_step_taken_idx, invoice_unsettled_idx.
with step as (
  select s.action, s.state, s.reason
  from chase_step s
  join invoice i on i.invoice_id = s.invoice_id
  join seller e on e.seller_id = i.seller_id and ($3::text is null or e.code = $3)
  where s.taken_on >= $1 and s.taken_on < $2
), overdue as (
  select i.currency, i.total_minor + i.rounding_minor - i.settled_minor as balance,
    coalesce(chasing_obstacle(i,
        exists (
          select from payment_attempt a
          where a.invoice_id = i.invoice_id and a.state in ('intended', 'pending', 'unknown')),
        i.invoice_id in (select d.invoice_id from disputed_invoice d)),
      case when c.chasing_cadence is null then 'no_cadence'
        when i.promised_on >= ($4::timestamptz at time zone e.time_zone)::date
          then 'promised' end) as obstacle, i.next_chase_on
  from invoice i
  join customer c on c.customer_id = i.customer_id
  join seller e on e.seller_id = i.seller_id and ($3::text is null or e.code = $3)
  where i.kind = 'invoice' and i.state = 'open'
    and i.settled_minor < i.total_minor + i.rounding_minor
    and coalesce(i.amended_due_date, i.due_date, i.invoice_date)
      < ($4::timestamptz at time zone e.time_zone)::date
), sums as (
  select 1 as place, 'steps' as section, s.action as label, '' as currency, count(*) as count,
    0::numeric as amount
  from step s where s.state = 'taken' group by s.action
  union all
  select 2, 'refused', s.reason, '', count(*), 0 from step s where s.state = 'refused'
  group by s.reason
  union all
  select 2, 'refused', 'missed', '', count(*), 0 from step s where s.state = 'missed'
  having count(*) > 0
  union all
  select 3, 'chased',
    case when o.next_chase_on is null then 'last step taken' else 'next step ahead' end,
    o.currency, count(*), sum(o.balance)
  from overdue o where o.obstacle is null group by 3, 4
  union all
  select 4, 'not chased', o.obstacle, o.currency, count(*), sum(o.balance)
  from overdue o where o.obstacle is not null group by o.obstacle, o.currency
)
select s.section, s.label, s.currency, coalesce(u.digits, 0)::integer as digits, s.count,
  s.amount::bigint as amount
from sums s
left join currency u on u.code = s.currency
order by s.place, s.label, s.currency
