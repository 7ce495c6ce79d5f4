-- The tax groups of some documents, as far as taking them back needs: what their credit lines took
-- off is added again. What was taken back of those lines has a query of its own. A group with lines
-- of both signs has two rows, of what those of either sign bear (RULES 1.7).
-- $1 invoice ids int8[]. In order of invoice_id, tax_no.
-- Out, where there are lines of both signs, also whole (the group's tax), other_base,
-- other_credited_base, other_credited_tax bigint: those of the lines of the other sign.
-- Amounts are those of the charges: on a credit note its signs are the other way round.
-- Index: invoice_tax_pkey, invoice_line_pkey, line_credit_of_idx.
with share as materialized (
  select h.invoice_id, h.tax_no, h.line_no, h.is_mixed, h.is_negative, h.base_minor,
    case when h.base_minor = h.gross_minor then c.amount
      else round(h.base_minor * c.amount / nullif(h.gross_minor, 0)) end as credited_base,
    (select sum(x.amount_minor)
     from line_credit r
     join line_credit_tax x on x.invoice_id = r.invoice_id and x.line_no = r.line_no
       and x.of_tax_no = h.tax_no
     where r.of_invoice_id = h.invoice_id and r.of_line_no = h.line_no and r.undone_at is null)
      as credited_tax
  from tax_share h
  left join lateral (
    select sum(r.amount_minor) as amount
    from line_credit r
    where r.of_invoice_id = h.invoice_id and r.of_line_no = h.line_no and r.undone_at is null) c
    on true
  where h.invoice_id = any($1)
), part as (
  select s.invoice_id, s.tax_no, s.base, s.credited_base, s.credited_tax, s.lines, s.is_negative,
    -- Not as a join: that would read the taxes of all documents.
    case when s.is_mixed then (
      select p.tax_minor from tax_part p
      where p.invoice_id = s.invoice_id and p.tax_no = s.tax_no
        and p.is_negative = s.is_negative) end as tax_minor
  from (
    select invoice_id, tax_no, is_mixed, is_negative, sum(base_minor) as base,
      coalesce(sum(credited_base), 0) as credited_base,
      coalesce(sum(credited_tax), 0) as credited_tax, count(*) as lines
    from share
    group by invoice_id, tax_no, is_mixed, is_negative) s
)
select t.invoice_id, t.tax_no, t.tax_rate_version_id, t.category::text as category, t.inclusive,
       t.reason, coalesce(p.tax_minor * k.sign, w.whole)::bigint as amount,
       coalesce(p.base, 0)::bigint * k.sign as base,
       coalesce(p.credited_base, 0)::bigint as credited_base,
       coalesce(p.credited_tax, 0)::bigint as credited_tax, coalesce(p.lines, 0) as lines,
       case when o.lines is not null then w.whole end::bigint as whole,
       o.base::bigint * k.sign as other_base, o.credited_base::bigint as other_credited_base,
       o.credited_tax::bigint as other_credited_tax
from invoice_tax t
join invoice i on i.invoice_id = t.invoice_id
cross join lateral (select case i.kind when 'credit_note' then -1 else 1 end as sign) k
cross join lateral (
  select t.amount_minor * k.sign + coalesce((
    select sum(c.amount_minor) from line_credit_tax c
    where c.invoice_id = t.invoice_id and c.tax_no = t.tax_no), 0) as whole) w
left join part p on p.invoice_id = t.invoice_id and p.tax_no = t.tax_no
left join part o on o.invoice_id = t.invoice_id and o.tax_no = t.tax_no
  and o.is_negative <> p.is_negative
where t.invoice_id = any($1)
order by t.invoice_id, t.tax_no, p.is_negative
