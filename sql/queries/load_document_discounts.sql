-- The discounts of documents as they are printed.
-- $1 invoice ids int8[]. In order of invoice_id, discount_no.
-- Out, in the order given: invoice_id bigint, name text (null for none), percent text (null: a
-- fixed amount), amount bigint in minor units. Index: invoice_discount_pkey.
select d.invoice_id, c.name, case when c.is_percent then trim_scale(c.value)::text end as percent,
  d.amount_minor as amount
from invoice_discount d
left join coupon c on c.coupon_id = d.coupon_id
where d.invoice_id = any($1::bigint[])
order by d.invoice_id, d.discount_no;
