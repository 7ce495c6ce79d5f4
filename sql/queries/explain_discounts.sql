-- The discounts of some documents with their coupons, and how they were shared.
-- $1 invoice ids int8[]. In order of invoice_id, discount_no.
-- Out: invoice_id bigint, line_no integer (null: spread), code text, value numeric, is_percent
-- boolean, currency text (null: no coupon), amount bigint, share_lines integer[], share_amounts
-- bigint[], is_goodwill and counts_cycle boolean. Index: invoice_discount_pkey.
select d.invoice_id, d.line_no, c.code, c.value, c.is_percent, c.currency::text as currency,
  d.amount_minor as amount, coalesce(d.share_lines, '{}') as share_lines,
  coalesce(d.share_minor, '{}') as share_amounts, d.credit_id is not null as is_goodwill,
  d.counts_cycle
from invoice_discount d
left join coupon c on c.coupon_id = d.coupon_id
where d.invoice_id = any($1)
order by d.invoice_id, d.discount_no;
