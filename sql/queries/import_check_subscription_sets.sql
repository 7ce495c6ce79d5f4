-- Checks the tax rates and coupons of subscriptions.
with list as (
  select distinct r.taxes, r.currency from import_subscription r where r.taxes <> '[]'
), bad_list as (
  select list.taxes, list.currency, min(tax.position) as position,
         bool_or(t.tax_rate_id is not null) as is_known
  from list
  cross join lateral jsonb_array_elements(list.taxes) with ordinality tax (code, position)
  left join tax_rate t on jsonb_typeof(tax.code) = 'string' and t.code = tax.code #>> '{}'
  where t.tax_rate_id is null or not t.is_percent and t.currency <> list.currency
  group by list.taxes, list.currency
), clash as (
  select list.taxes, pg_temp.import_tax_clash(list.taxes) as position
  from (select distinct l.taxes from list l where jsonb_array_length(l.taxes) > 1) list
)
insert into import_error (line, fault)
select r.line, 'taxes.' || b.position - 1
         || case when b.is_known then '|a tax in the currency of the plan'
           else '|the id of a tax rate|tax_rate' end
from bad_list b
join import_subscription r on r.taxes = b.taxes and r.currency is not distinct from b.currency
union all
select r.line, 'taxes.' || c.position - 1
         || '|a tax that is not both within the price and on top of it'
from clash c
join import_subscription r on r.taxes = c.taxes
where c.position is not null
union all
select d.line, 'discounts.' || d.position - 1 || '|' || rule.expected
from (
  select i.*, r.currency as plan_currency,
         i.exclusive and count(*) filter (where i.exclusive)
           over (partition by i.line order by i.position) > 1 as clashes,
         row_number() over (partition by i.line, i.coupon_id order by i.position) > 1 as repeats
  from import_discount i
  join import_subscription r on r.line = i.line
) d
cross join lateral (values
  (d.coupon_id is not null, 'the id of a coupon|coupon'),
  (d.currency = d.plan_currency, 'a coupon in the currency of the plan'),
  (not d.clashes, 'no second exclusive coupon'),
  (not d.repeats or d.coupon_id is null, 'a coupon that is not attached twice')
) rule (fine, expected)
where not rule.fine;
