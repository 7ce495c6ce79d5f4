-- What the credit lines of some documents took off the documents' own tax groups, line by line, as
-- far as taking those lines back needs (RULES 0.7): the tax has the sign of the line.
-- $1 invoice ids int8[]. In order of invoice_id, line_no, tax_no.
-- Out: invoice_id bigint, line_no integer, tax_no smallint, amount, credited_tax bigint.
-- Index: invoice_line_pkey, line_credit_tax_pkey, line_credit_of_idx.
select l.invoice_id, l.line_no, x.tax_no, -sum(x.amount_minor)::bigint as amount,
  coalesce((
    select sum(y.amount_minor)
    from line_credit r
    join line_credit_tax y on y.invoice_id = r.invoice_id and y.line_no = r.line_no
      and y.of_tax_no = x.tax_no
    where r.of_invoice_id = l.invoice_id and r.of_line_no = l.line_no and r.undone_at is null
  ), 0)::bigint as credited_tax
from invoice_line l
join line_credit_tax x on x.invoice_id = l.invoice_id and x.line_no = l.line_no
where l.invoice_id = any($1) and l.kind = 'credit'
group by l.invoice_id, l.line_no, x.tax_no
order by l.invoice_id, l.line_no, x.tax_no
