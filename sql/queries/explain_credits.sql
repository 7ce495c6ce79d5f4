-- What the credit lines of some documents take back, with the billed line as it was and what
-- earlier credits had taken of it: those that were not undone by then.
-- $1 invoice ids int8[]. In order of invoice_id, line_no.
-- Out: invoice_id bigint, line_no integer, of_document text, of_line_no, days integer, and bigint:
-- billed, discount, earlier, amount. Amounts are those of the charge: on a credit note its signs
-- are the other way round.
-- Index: line_credit_pkey, line_credit_of_idx, invoice_line_pkey.
select c.invoice_id, c.line_no, coalesce(n.number, 'id ' || o.invoice_id) as of_document,
  c.of_line_no, coalesce(l.period_end - l.period_start, 1) as days,
  l.amount_minor * k.sign as billed,
  (l.discount_minor + l.invoice_discount_minor) * k.sign as discount,
  coalesce((select sum(e.amount_minor) from line_credit e
    where e.of_invoice_id = c.of_invoice_id and e.of_line_no = c.of_line_no
      and (e.invoice_id, e.line_no) < (c.invoice_id, c.line_no)
      and (e.undone_at is null or e.undone_at > d.created_at)), 0)::bigint as earlier,
  c.amount_minor as amount
from line_credit c
join invoice d on d.invoice_id = c.invoice_id
join invoice_line l on l.invoice_id = c.of_invoice_id and l.line_no = c.of_line_no
join invoice o on o.invoice_id = c.of_invoice_id
left join invoice_number n on n.invoice_id = o.invoice_id
cross join lateral (select case o.kind when 'credit_note' then -1 else 1 end as sign) k
where c.invoice_id = any($1)
order by c.invoice_id, c.line_no;
