-- What is deferred, by the month whose close recognises it; negative where credits prevail. Lines
-- that are alike are counted first, since the months of each make many rows of one.
-- $1 seller text, null for all
-- Out: seller_id bigint, currency text, digits smallint, month date (its first day), amount numeric
-- (minor units), in order of seller_id, currency, month.
with line as (
  select d.seller_id, d.currency, d.net_minor, d.period_start, d.period_end, d.counts_from,
    count(*) as lines
  from deferred_line d
  join seller s on s.seller_id = d.seller_id
  where ($1::text is null or s.code = $1)
    and (d.recognised_through is null or d.recognised_through < d.period_end - 1
      or d.recognised_through < d.counts_from)
  group by d.seller_id, d.currency, d.net_minor, d.period_start, d.period_end, d.counts_from
), share as (
  select l.seller_id, l.currency, m.month::date as month,
    l.lines * (recognised_minor(l.net_minor, l.period_start, l.period_end, l.counts_from,
        s.rounding_mode, (m.month + interval '1 month')::date - 1)
      - recognised_minor(l.net_minor, l.period_start, l.period_end, l.counts_from,
        s.rounding_mode, greatest(m.month::date - 1, s.recognised_through))) as amount
  from line l
  join seller s on s.seller_id = l.seller_id
  cross join lateral generate_series(
    date_trunc('month',
      greatest(l.counts_from, l.period_start, s.recognised_through + 1)::timestamp),
    date_trunc('month', (l.period_end - 1)::timestamp), interval '1 month') as m (month)
)
select x.seller_id, x.currency::text as currency, u.digits, x.month, sum(x.amount) as amount
from share x
join currency u on u.code = x.currency
group by x.seller_id, x.currency, u.digits, x.month
having sum(x.amount) <> 0
order by x.seller_id, x.currency, x.month;
