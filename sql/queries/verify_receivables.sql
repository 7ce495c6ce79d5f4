-- Account 1200 is the sum of what is owed, by seller and currency (RULES 2, invariant 11), 2110
-- that of the open credit notes, and 2100 that of the money customers have open with us.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with owed as (
  select i.seller_id, i.currency, '1200' as account_code,
    sum(i.total_minor + i.rounding_minor - i.settled_minor) as amount
  from invoice i
  where i.kind = 'invoice' and i.state in ('open', 'reversed', 'written_off')
  group by i.seller_id, i.currency
  union all
  select k.seller_id, c.currency, case c.kind when 'money' then '2100' else '2110' end,
    sum(c.used_minor - c.amount_minor)
  from credit c
  join customer k on k.customer_id = c.customer_id
  where c.kind in ('money', 'credit_note')
  group by k.seller_id, c.currency, c.kind
  union all
  -- Held back while a gateway is asked to pay it back.
  select k.seller_id, r.currency, '2100', -sum(r.amount_minor)
  from refund r
  join payment p on p.payment_id = r.payment_id
  join customer k on k.customer_id = p.customer_id
  where r.state in ('intended', 'pending', 'unknown')
  group by k.seller_id, r.currency
), sum_owed as (
  select o.seller_id, o.currency, o.account_code, sum(o.amount) as amount
  from owed o
  group by o.seller_id, o.currency, o.account_code
), booked as (
  select j.seller_id, j.currency, l.account_code, sum(l.amount_minor) as amount
  from journal_line l
  join journal j on j.journal_id = l.journal_id
  where l.account_code in ('1200', '2100', '2110')
  group by j.seller_id, j.currency, l.account_code
), wrong as materialized (
  select coalesce(b.seller_id, o.seller_id) as id,
    format('account %s in %s stands at %s, but the documents come to %s',
           coalesce(b.account_code, o.account_code), coalesce(b.currency, o.currency),
           coalesce(b.amount, 0), coalesce(o.amount, 0)) as problem
  from booked b
  full join sum_owed o on o.seller_id = b.seller_id and o.currency = b.currency
    and o.account_code = b.account_code
  where coalesce(b.amount, 0) <> coalesce(o.amount, 0)
)
select (select count(*) from (select distinct seller_id, currency from invoice) pair) as looked_at,
  (select count(*) from wrong) as wrong, 'seller' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
