-- What a seller's customers owe at the end of a day, by age and currency, in minor units (RULES 3):
-- settlements that take effect later don't count. An invoice without a due date is aged from its
-- own date.
-- $1 seller text, $2 as_of date
-- Out: currency text, digits smallint, invoices bigint, and numeric, since a sum can pass what one
-- document can have: not_due, days_30, days_60, days_90, days_120, older, total, unapplied_credit,
-- disputed: payments that a bank or a cardholder wanted back on that day, not part of the total.
with later as (
  select t.invoice_id, sum(t.amount_minor)::bigint as amount
  from settlement t
  where t.effective_on > $2::date
  group by t.invoice_id
), owed as (
  select i.currency, $2::date - coalesce(i.amended_due_date, i.due_date, i.invoice_date) as days,
    i.total_minor + i.rounding_minor - i.settled_minor + coalesce(l.amount, 0) as balance
  from invoice i
  join seller s on s.seller_id = i.seller_id
  left join later l on l.invoice_id = i.invoice_id
  where s.code = $1::text and i.kind = 'invoice' and i.state in ('open', 'reversed', 'written_off')
    and i.invoice_date <= $2::date
    and i.total_minor + i.rounding_minor - i.settled_minor + coalesce(l.amount, 0) > 0
), aged as (
  select o.currency, count(*) as invoices,
    sum(o.balance) filter (where o.days <= 0) as not_due,
    sum(o.balance) filter (where o.days between 1 and 30) as days_30,
    sum(o.balance) filter (where o.days between 31 and 60) as days_60,
    sum(o.balance) filter (where o.days between 61 and 90) as days_90,
    sum(o.balance) filter (where o.days between 91 and 120) as days_120,
    sum(o.balance) filter (where o.days > 120) as older,
    sum(o.balance) as total
  from owed o
  group by o.currency
), unapplied as (
  select c.currency, sum(c.amount_minor - c.used_minor) as amount
  from credit c
  join customer k on k.customer_id = c.customer_id
  join seller s on s.seller_id = k.seller_id
  where s.code = $1::text and c.kind in ('money', 'credit_note') and c.used_minor < c.amount_minor
  group by c.currency
), disputed as (
  select p.currency, sum(d.amount_minor) as amount
  from payment_return d
  join payment p on p.payment_id = d.payment_id
  join customer k on k.customer_id = p.customer_id
  join seller s on s.seller_id = k.seller_id
  where s.code = $1::text and d.kind = 'dispute' and d.opened_on <= $2::date
    and (d.ended_on is null or d.ended_on > $2::date)
  group by p.currency
)
select u.code::text as currency, u.digits, coalesce(a.invoices, 0) as invoices,
  coalesce(a.not_due, 0) as not_due,
  coalesce(a.days_30, 0) as days_30, coalesce(a.days_60, 0) as days_60,
  coalesce(a.days_90, 0) as days_90, coalesce(a.days_120, 0) as days_120,
  coalesce(a.older, 0) as older, coalesce(a.total, 0) as total,
  coalesce(c.amount, 0) as unapplied_credit, coalesce(d.amount, 0) as disputed
from aged a
full join unapplied c on c.currency = a.currency
full join disputed d on d.currency = coalesce(a.currency, c.currency)
join currency u on u.code = coalesce(a.currency, c.currency, d.currency)
order by u.code;
