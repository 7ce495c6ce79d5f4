-- Account 2300 is, by seller and currency, what is not yet recognised of posted lines whose period
-- ends after the invoice date (RULES 7).
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with deferred as materialized (
  select d.seller_id, d.currency, count(*) as lines,
    sum(d.net_minor - recognised_minor(d.net_minor, d.period_start, d.period_end, d.counts_from,
      d.rounding_mode, d.recognised_through)) as amount
  from deferred_line d
  group by d.seller_id, d.currency
), booked as (
  select j.seller_id, j.currency, -sum(l.amount_minor) as amount
  from journal_line l
  join journal j on j.journal_id = l.journal_id
  where l.account_code = '2300'
  group by j.seller_id, j.currency
), wrong as materialized (
  select coalesce(b.seller_id, d.seller_id) as id,
    format('account 2300 in %s defers %s, but its lines come to %s',
      coalesce(b.currency, d.currency), coalesce(b.amount, 0), coalesce(d.amount, 0)) as problem
  from booked b
  full join deferred d on d.seller_id = b.seller_id and d.currency = b.currency
  where coalesce(b.amount, 0) <> coalesce(d.amount, 0)
)
select (select coalesce(sum(lines), 0)::bigint from deferred) as looked_at,
  (select count(*) from wrong) as wrong, 'seller' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
