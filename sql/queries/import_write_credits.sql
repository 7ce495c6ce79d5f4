-- Grants credits, and books those of money as opening credit (RULES 7), one entry a seller and
-- currency, on the seller's day or the first one that is not closed; goodwill is a price reduction
-- to come and is not booked. Out: created bigint, updated bigint, unchanged bigint.
with created as (
  insert into credit (customer_id, kind, currency, amount_minor, granted_on, expires_on)
  select r.customer_id, r.kind, r.currency, (r.amount * 10::numeric ^ r.digits)::bigint,
         r.granted_on, r.expires_on
  from import_credit r
  where not exists (select from import_error e where e.line = r.line)
  order by r.line
  returning customer_id, kind, currency, amount_minor, granted_on
), opening as (
  select c.seller_id, g.currency, max(g.granted_on) as today,
         sum(g.amount_minor)::bigint as amount_minor
  from created g
  join customer c on c.customer_id = g.customer_id
  where g.kind = 'money'
  group by c.seller_id, g.currency
), entry as (
  insert into journal (seller_id, event, entry_date, currency)
  select s.seller_id, 'opening', greatest(o.today, s.closed_through + 1), o.currency
  from opening o
  join seller s on s.seller_id = o.seller_id
  order by s.seller_id, o.currency
  returning journal_id, seller_id, currency
), line as (
  insert into journal_line (journal_id, line_no, account_code, amount_minor)
  select e.journal_id, side.line_no, side.account_code, side.sign * o.amount_minor
  from entry e
  join opening o on o.seller_id = e.seller_id and o.currency = e.currency
  cross join (values (1, '3000', 1), (2, '2100', -1)) as side (line_no, account_code, sign)
)
select count(*) as created, 0::bigint as updated, 0::bigint as unchanged from created;
