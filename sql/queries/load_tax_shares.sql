-- What lines of some documents are of the base of their taxes, where that is not what they come to.
-- $1 invoice ids int8[]. Out: invoice_id bigint, line_no integer, tax_no smallint, base bigint in
-- minor units; on a credit note its signs are the other way round.
-- Index: invoice_tax_pkey, invoice_line_pkey.
select s.invoice_id, s.line_no, s.tax_no,
  s.base_minor * case i.kind when 'credit_note' then -1 else 1 end as base
from tax_share s
join invoice i on i.invoice_id = s.invoice_id
where s.invoice_id = any($1) and s.base_minor <> s.gross_minor
