-- What is put on top of the lines of a document, or taken off: discounts, then taxes.
-- $1 invoice bigint
-- Out: kind text (discount or tax), name text, line_no integer (null: on the whole document),
-- percent text (null: a fixed amount), inclusive boolean, base, amount bigint in minor units.
-- Index: invoice_discount_pkey, invoice_tax_pkey.
select 'discount' as kind, c.name, d.line_no,
  case when c.is_percent then trim_scale(c.value)::text end as percent,
  false as inclusive, null::bigint as base, d.amount_minor as amount, d.discount_no as place
from invoice_discount d
left join coupon c on c.coupon_id = d.coupon_id
where d.invoice_id = $1
union all
select 'tax', coalesce(r.name, t.reason), null, trim_scale(t.percent)::text, t.inclusive,
  t.base_minor, t.amount_minor, t.tax_no
from invoice_tax t
left join tax_rate_version v on v.tax_rate_version_id = t.tax_rate_version_id
left join tax_rate r on r.tax_rate_id = v.tax_rate_id
where t.invoice_id = $1
order by kind, place;
