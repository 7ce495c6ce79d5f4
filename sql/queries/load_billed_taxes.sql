-- The tax groups of some documents, as far as taking them back needs: what their credit lines took
-- off is added again. What was taken back of those lines has a query of its own.
-- $1 invoice ids int8[]. In order of invoice_id, tax_no.
-- Amounts are those of the charges: on a credit note its signs are the other way round.
-- Index: invoice_tax_pkey, invoice_line_pkey, line_credit_of_idx.
select t.invoice_id, t.tax_no, t.tax_rate_version_id, t.category::text as category, t.inclusive,
       t.reason,
       t.amount_minor * k.sign + coalesce((
         select sum(c.amount_minor) from line_credit_tax c
         where c.invoice_id = t.invoice_id and c.tax_no = t.tax_no), 0)::bigint as amount,
       coalesce(s.base, 0)::bigint * k.sign as base,
       coalesce(s.credited_base, 0)::bigint as credited_base,
       coalesce((
         select sum(c.amount_minor)
         from line_credit r
         join invoice_line l on l.invoice_id = r.of_invoice_id and l.line_no = r.of_line_no
           and l.kind <> 'credit'
         join line_credit_tax c on c.invoice_id = r.invoice_id and c.line_no = r.line_no
         where r.of_invoice_id = t.invoice_id and r.undone_at is null and c.of_tax_no = t.tax_no
       ), 0)::bigint
         as credited_tax,
       (select count(*) from invoice_line l
        where l.invoice_id = t.invoice_id and l.kind <> 'credit' and t.tax_no = any(l.tax_nos))
         as lines
from invoice_tax t
join invoice i on i.invoice_id = t.invoice_id
cross join lateral (select case i.kind when 'credit_note' then -1 else 1 end as sign) k
left join (
  select h.invoice_id, h.tax_no, sum(h.base_minor) as base,
    sum(case when h.base_minor = h.gross_minor then c.amount
      else round(h.base_minor * c.amount / nullif(h.gross_minor, 0)) end) as credited_base
  from tax_share h
  left join lateral (
    select sum(r.amount_minor) as amount
    from line_credit r
    where r.of_invoice_id = h.invoice_id and r.of_line_no = h.line_no and r.undone_at is null) c
    on true
  where h.invoice_id = any($1)
  group by h.invoice_id, h.tax_no) s on s.invoice_id = t.invoice_id and s.tax_no = t.tax_no
where t.invoice_id = any($1)
order by t.invoice_id, t.tax_no
