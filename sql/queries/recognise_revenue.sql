-- Recognises what the days up to and including a day have earned of deferred revenue, less what was
-- recognised before: one balanced entry a seller and currency, dated that day (RULES 7). The day is
-- never before the one that the books are recognised through; where the books are closed through it
-- already, the entry has the first day that is open.
-- $1 seller_ids bigint[] (locked), $2 through date
-- Out: seller_id bigint, currency text, digits smallint, amount numeric (minor units), in order of
-- seller_id and currency.
with share as materialized (
  select d.seller_id, d.currency, d.plan_id, d.item_id,
    sum(recognised_minor(d.net_minor, d.period_start, d.period_end, d.counts_from,
        d.rounding_mode, greatest($2::date, d.recognised_through))
      - recognised_minor(d.net_minor, d.period_start, d.period_end, d.counts_from,
        d.rounding_mode, d.recognised_through))::bigint as amount
  from deferred_line d
  where d.seller_id = any($1::bigint[])
  group by d.seller_id, d.currency, d.plan_id, d.item_id
), entry as (
  insert into journal (seller_id, event, entry_date, currency)
  select s.seller_id, 'recognise',
    greatest($2::date, s.recognised_through, s.closed_through + 1), e.currency
  from (select distinct seller_id, currency from share where amount <> 0) e
  join seller s on s.seller_id = e.seller_id
  order by s.seller_id, e.currency
  returning journal_id, seller_id, currency
), line as (
  insert into journal_line (journal_id, line_no, account_code, amount_minor, plan_id, item_id)
  select e.journal_id,
    row_number() over (partition by e.journal_id order by side.account_code, x.plan_id, x.item_id),
    side.account_code, side.sign * x.amount, x.plan_id, x.item_id
  from entry e
  join share x on x.seller_id = e.seller_id and x.currency = e.currency and x.amount <> 0
  cross join (values ('2300', 1), ('4000', -1)) as side (account_code, sign)
)
select x.seller_id, x.currency::text as currency, u.digits, sum(x.amount) as amount
from share x
join currency u on u.code = x.currency
where x.amount <> 0
group by x.seller_id, x.currency, u.digits
order by x.seller_id, x.currency;
