-- What customers owe at the end of a day, by seller, age and currency, in minor units (RULES 3):
-- settlements that take effect later don't count. An invoice without a due date is aged from its
-- own date.
-- $1 seller text, null for all; $2 as_of date
-- Out: seller, currency text, digits smallint, invoices bigint, and numeric, since a sum can pass
-- what one document can have: not_due, days_30, days_60, days_90, days_120, older, total,
-- unapplied_credit, disputed: payments that a bank or a cardholder wanted back on that day, not
-- part of the total; in order of seller, currency.
-- Index: invoice_unsettled_idx, invoice_state_idx, invoice_pkey: most invoices are paid, and not
-- looked at; settlements are scanned once.
with seller_ids as materialized (
  select s.seller_id from seller s where $1::text is null or s.code = $1
), unsettled as (
  select i.seller_id, i.currency, i.invoice_date,
    coalesce(i.amended_due_date, i.due_date, i.invoice_date) as due, 1 as invoices,
    i.total_minor + i.rounding_minor - i.settled_minor as balance
  from invoice i
  where i.kind = 'invoice' and i.state = 'open'
    and i.settled_minor < i.total_minor + i.rounding_minor
  union all
  select i.seller_id, i.currency, i.invoice_date,
    coalesce(i.amended_due_date, i.due_date, i.invoice_date), 1,
    i.total_minor + i.rounding_minor - i.settled_minor
  from invoice i
  where i.kind = 'invoice' and i.state in ('reversed', 'written_off')
    and i.settled_minor < i.total_minor + i.rounding_minor
  union all
  -- What was settled later was still owed; above such an invoice is counted if there is a rest.
  select i.seller_id, i.currency, i.invoice_date,
    coalesce(i.amended_due_date, i.due_date, i.invoice_date),
    (i.settled_minor = i.total_minor + i.rounding_minor)::integer
      - (i.total_minor + i.rounding_minor - i.settled_minor + l.amount = 0)::integer, l.amount
  from (
    select t.invoice_id, sum(t.amount_minor)::bigint as amount
    from settlement t
    where t.effective_on > $2::date
    group by t.invoice_id
  ) l
  join invoice i on i.invoice_id = l.invoice_id
  where i.kind = 'invoice' and i.state in ('open', 'reversed', 'written_off') and l.amount <> 0
), owed as (
  select d.seller_id, d.currency, $2::date - d.due as days, d.invoices, d.balance
  from (
    select u.seller_id, u.currency, u.due, sum(u.invoices) as invoices, sum(u.balance) as balance
    from unsettled u
    where u.invoice_date <= $2::date
    group by u.seller_id, u.currency, u.due
  ) d
  where d.seller_id in (select seller_id from seller_ids)
), aged as (
  select o.seller_id, o.currency, sum(o.invoices)::bigint as invoices,
    sum(o.balance) filter (where o.days <= 0) as not_due,
    sum(o.balance) filter (where o.days between 1 and 30) as days_30,
    sum(o.balance) filter (where o.days between 31 and 60) as days_60,
    sum(o.balance) filter (where o.days between 61 and 90) as days_90,
    sum(o.balance) filter (where o.days between 91 and 120) as days_120,
    sum(o.balance) filter (where o.days > 120) as older,
    sum(o.balance) as total
  from owed o
  group by o.seller_id, o.currency
  having sum(o.balance) <> 0
), unapplied as (
  select k.seller_id, c.currency, sum(c.amount_minor - c.used_minor) as amount
  from credit c
  join customer k on k.customer_id = c.customer_id
  where k.seller_id in (select seller_id from seller_ids)
    and c.kind in ('money', 'credit_note') and c.used_minor < c.amount_minor
  group by k.seller_id, c.currency
), disputed as (
  select k.seller_id, p.currency, sum(d.amount_minor) as amount
  from payment_return d
  join payment p on p.payment_id = d.payment_id
  join customer k on k.customer_id = p.customer_id
  where k.seller_id in (select seller_id from seller_ids) and d.kind = 'dispute'
    and d.opened_on <= $2::date and (d.ended_on is null or d.ended_on > $2::date)
  group by k.seller_id, p.currency
), told as (
  select a.*, 0::numeric as unapplied_credit, 0::numeric as disputed from aged a
  union all
  select c.seller_id, c.currency, 0, 0, 0, 0, 0, 0, 0, 0, c.amount, 0 from unapplied c
  union all
  select d.seller_id, d.currency, 0, 0, 0, 0, 0, 0, 0, 0, 0, d.amount from disputed d
)
select s.code as seller, u.code::text as currency, u.digits, sum(t.invoices)::bigint as invoices,
  coalesce(sum(t.not_due), 0) as not_due, coalesce(sum(t.days_30), 0) as days_30,
  coalesce(sum(t.days_60), 0) as days_60, coalesce(sum(t.days_90), 0) as days_90,
  coalesce(sum(t.days_120), 0) as days_120, coalesce(sum(t.older), 0) as older,
  sum(t.total) as total, sum(t.unapplied_credit) as unapplied_credit,
  sum(t.disputed) as disputed
from told t
join seller s on s.seller_id = t.seller_id
join currency u on u.code = t.currency
group by s.code, u.code, u.digits
order by s.code, u.code;
