-- What the days up to and including a day have earned of deferred revenue, less what is recognised
-- already (RULES 7). A statement of its own, since those that write use one process only.
-- $1 seller_ids bigint[], $2 through date; never before the day the books are recognised through
-- Out: seller_id bigint, currency text, digits smallint, plan_id, item_id, amount bigint (minor
-- units, not 0), in order of all before amount.
select e.seller_id, e.currency::text as currency, u.digits, e.plan_id, e.item_id, e.amount
from (
  select d.seller_id, d.currency, d.plan_id, d.item_id,
    sum(recognised_minor(d.net_minor, d.period_start, d.period_end, d.counts_from,
        d.rounding_mode, greatest($2::date, d.recognised_through))
      - recognised_minor(d.net_minor, d.period_start, d.period_end, d.counts_from,
        d.rounding_mode, d.recognised_through))::bigint as amount
  from deferred_line d
  where d.seller_id = any($1::bigint[])
    and (d.recognised_through is null or d.recognised_through < d.period_end - 1
      or d.recognised_through < d.counts_from)
  group by d.seller_id, d.currency, d.plan_id, d.item_id
) e
join currency u on u.code = e.currency
where e.amount <> 0
order by e.seller_id, e.currency, e.plan_id, e.item_id;
