-- What the credit lines of some documents take back of taxes, with the billed group as it was and
-- what earlier credits had taken of it (RULES 1.7).
-- $1 invoice ids int8[]. In order of invoice_id, line_no, of_tax_no.
-- Out: invoice_id bigint, line_no integer, of_tax_no, tax_no smallint, inclusive boolean, and
-- bigint: tax, base, earlier_base, earlier_tax, amount. Amounts are those of the charges: on a
-- credit note its signs are the other way round.
-- Index: line_credit_tax_pkey, line_credit_pkey, line_credit_of_idx, invoice_tax_pkey.
select x.invoice_id, x.line_no, x.of_tax_no, x.tax_no, t.inclusive,
  t.amount_minor * k.sign + coalesce((
    select sum(b.amount_minor) from line_credit_tax b
    where b.invoice_id = t.invoice_id and b.tax_no = t.tax_no), 0)::bigint as tax,
  coalesce((
    select sum(l.amount_minor - l.discount_minor - l.invoice_discount_minor) from invoice_line l
    where l.invoice_id = t.invoice_id and l.kind <> 'credit' and t.tax_no = any(l.tax_nos)
  ), 0)::bigint * k.sign as base,
  coalesce((
    select sum(e.amount_minor)
    from invoice_line l
    join line_credit e on e.of_invoice_id = l.invoice_id and e.of_line_no = l.line_no
    where l.invoice_id = t.invoice_id and t.tax_no = any(l.tax_nos)
      and (e.invoice_id, e.line_no) < (x.invoice_id, x.line_no)), 0)::bigint as earlier_base,
  coalesce((
    select sum(y.amount_minor)
    from line_credit e
    join line_credit_tax y on y.invoice_id = e.invoice_id and y.line_no = e.line_no
    where e.of_invoice_id = t.invoice_id and y.of_tax_no = t.tax_no
      and (e.invoice_id, e.line_no) < (x.invoice_id, x.line_no)), 0)::bigint as earlier_tax,
  x.amount_minor as amount
from line_credit_tax x
join line_credit c on c.invoice_id = x.invoice_id and c.line_no = x.line_no
join invoice_tax t on t.invoice_id = c.of_invoice_id and t.tax_no = x.of_tax_no
join invoice o on o.invoice_id = c.of_invoice_id
cross join lateral (select case o.kind when 'credit_note' then -1 else 1 end as sign) k
where x.invoice_id = any($1)
order by x.invoice_id, x.line_no, x.of_tax_no;
