-- Counts the coupons that invoices made by hand name as attached, or gives them back (RULES 0.9).
-- $1 invoice ids int8[], $2 sign integer: 1 or -1. Index: invoice_request_pkey, coupon_code_key.
with named as (
  select d.one #>> '{}' as code
  from invoice_request q
  cross join lateral jsonb_path_query(q.request, '$.discounts[*]') as d (one)
  where q.invoice_id = any($1) and jsonb_typeof(d.one) = 'string'
  union all
  select d.one #>> '{}'
  from invoice_request q
  cross join lateral jsonb_path_query(q.request, '$.items[*].discounts[*]') as d (one)
  where q.invoice_id = any($1) and jsonb_typeof(d.one) = 'string'
)
update coupon c
set redemptions = greatest(c.redemptions + $2::integer * n.count::integer, 0)
from (select code, count(*) as count from named group by code) n
where c.code = n.code
