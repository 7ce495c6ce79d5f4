-- The discounts of some documents with their coupons, and how they were shared.
-- $1 invoice ids int8[]. In order of invoice_id, discount_no.
-- Out: invoice_id bigint, line_no integer (null: spread), code text, value numeric, is_percent
-- boolean, currency text (null: no coupon), amount bigint, share_lines integer[], share_amounts
-- bigint[], is_goodwill boolean.
-- Index: invoice_discount_pkey, invoice_discount_share_pkey.
select d.invoice_id, d.line_no, c.code, c.value, c.is_percent, c.currency::text as currency,
  d.amount_minor as amount, s.share_lines, s.share_amounts, d.credit_id is not null as is_goodwill
from invoice_discount d
left join coupon c on c.coupon_id = d.coupon_id
cross join lateral (
  select coalesce(array_agg(h.line_no order by h.line_no), '{}') as share_lines,
         coalesce(array_agg(h.amount_minor order by h.line_no), '{}') as share_amounts
  from invoice_discount_share h
  where h.invoice_id = d.invoice_id and h.discount_no = d.discount_no
) s
where d.invoice_id = any($1)
order by d.invoice_id, d.discount_no;
