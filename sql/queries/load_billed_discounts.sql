-- What discounts took off the lines of some documents: those of the whole and those of one line.
-- $1 invoice ids int8[]. In order of invoice_id, line_no, discount_no.
-- Amounts are those of the charges: on a credit note its signs are the other way round.
-- Index: invoice_discount_pkey.
select d.invoice_id, s.line_no, d.coupon_id,
       s.amount * case i.kind when 'credit_note' then -1 else 1 end as amount
from invoice_discount d
cross join lateral (
  select line_no, amount from unnest(d.share_lines, d.share_minor) as s (line_no, amount)
  where d.line_no is null
  union all
  select d.line_no, d.amount_minor where d.line_no is not null
) s
join invoice i on i.invoice_id = d.invoice_id
where d.invoice_id = any($1)
order by d.invoice_id, s.line_no, d.discount_no
