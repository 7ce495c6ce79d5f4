-- What charging has come to, by currency: the attempts of some days by outcome and class, what was
-- recovered by which attempt, what is scheduled, and what is owed on AutoPay with no attempt ahead.
-- $1 first day, $2 day after the last date (as-of days of the attempts), $3 seller text, null for
-- all.
-- Out, in order: section, label text, currency text, digits integer, count bigint, amount bigint in
-- minor units. Index: invoice_unsettled_idx.
with seller_ids as materialized (
  select s.seller_id from seller s where $3::text is null or s.code = $3
), made as (
  select a.state, a.decline_class, a.try, a.currency, a.amount_minor
  from payment_attempt a
  left join invoice i on i.invoice_id = a.invoice_id
  where a.as_of >= $1 and a.as_of < $2
    -- One that was taken in may be of no invoice.
    and coalesce(i.seller_id, (
      select c.seller_id from payment_source p
      join customer c on c.customer_id = p.customer_id
      where p.payment_source_id = a.payment_source_id)) in (select seller_id from seller_ids)
), waiting as (
  select i.currency, i.total_minor + i.rounding_minor - i.settled_minor as amount_minor,
    i.next_payment_attempt_on as day,
    case
      when i.next_payment_attempt_on is not null then null
      when i.closed then 'closed'
      when exists (
        select from payment_attempt a
        where a.invoice_id = i.invoice_id and a.state in ('intended', 'pending', 'unknown'))
        then 'under way'
      when not exists (
        select from payment_source p
        where p.customer_id = i.customer_id and p.removed_at is null) then 'no source'
      when i.missed then 'missed period'
      when money_went_back(i.invoice_id) or plan_has_ended(i.invoice_id) then 'money went back'
      else coalesce((
        select case
          when a.state <> 'declined' then 'money went back'
          when a.decline_class = 'hard' then 'source stopped'
          when a.decline_class = 'action_needed' then 'action needed' else 'given up' end
        from payment_attempt a
        where a.invoice_id = i.invoice_id and a.state in ('declined', 'approved', 'returned')
        order by a.try desc limit 1), 'never tried') end as reason
  from invoice i
  where i.state = 'open' and i.autopay and i.kind = 'invoice'
    and i.settled_minor < i.total_minor + i.rounding_minor
    and i.seller_id in (select seller_id from seller_ids)
), told as (
  select 1 as place, 'attempts' as section,
    state || coalesce(' ' || decline_class, '') as label, currency, amount_minor
  from made
  union all
  select 2, 'recovered', 'attempt ' || try, currency, amount_minor
  from made where state = 'approved' and try > 1
  union all
  select 3, 'scheduled', day::text, currency, amount_minor from waiting where day is not null
  union all
  select 4, 'not scheduled', reason, currency, amount_minor from waiting where day is null
)
select t.section, t.label, t.currency::text as currency, u.digits::integer as digits,
  count(*) as count, sum(t.amount_minor)::bigint as amount
from told t
join currency u on u.code = t.currency
group by t.place, t.section, t.label, t.currency, u.digits
order by t.place, t.label, t.currency
