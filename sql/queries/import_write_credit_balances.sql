-- Grants what customers bring along as credit (RULES 1.12, money), and books it as opening credit
-- (RULES 7), one entry a seller and currency, on the seller's day or the first one that is not
-- closed. $1 now timestamptz.
with granted as (
  insert into credit (customer_id, kind, currency, amount_minor, granted_on)
  select r.id, 'money', coalesce(r.currency, s.currency),
         (r.credit_balance * 10::numeric ^ r.digits)::bigint, ($1 at time zone r.zone)::date
  from import_customer r
  join seller s on s.seller_id = r.seller_id
  where not r.known and r.credit_balance > 0 and not exists (select from import_error e
    where e.line = r.line)
  order by r.id
  returning customer_id, currency, amount_minor
), opening as (
  select r.seller_id, g.currency, sum(g.amount_minor)::bigint as amount_minor
  from granted g
  join import_customer r on r.id = g.customer_id
  group by r.seller_id, g.currency
), entry as (
  insert into journal (seller_id, event, entry_date, currency)
  select s.seller_id, 'opening',
         greatest(($1 at time zone s.time_zone)::date, s.closed_through + 1), o.currency
  from opening o
  join seller s on s.seller_id = o.seller_id
  order by s.seller_id, o.currency
  returning journal_id, seller_id, currency
)
insert into journal_line (journal_id, line_no, account_code, amount_minor)
select e.journal_id, side.line_no, side.account_code, side.sign * o.amount_minor
from entry e
join opening o on o.seller_id = e.seller_id and o.currency = e.currency
cross join (values (1, '3000', 1), (2, '2100', -1)) as side (line_no, account_code, sign);
