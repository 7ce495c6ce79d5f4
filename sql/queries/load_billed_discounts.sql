-- What discounts took off the lines of some documents.
-- $1 invoice ids int8[]. In order of invoice_id, line_no, discount_no.
-- Amounts are those of the charges: on a credit note its signs are the other way round.
-- Index: invoice_discount_share_pkey.
select s.invoice_id, s.line_no, d.coupon_id,
       s.amount_minor * case i.kind when 'credit_note' then -1 else 1 end as amount
from invoice_discount_share s
join invoice_discount d on d.invoice_id = s.invoice_id and d.discount_no = s.discount_no
join invoice i on i.invoice_id = s.invoice_id
where s.invoice_id = any($1)
order by s.invoice_id, s.line_no, s.discount_no
