-- The tax groups of some documents, as far as taking them back needs: what their credit lines took
-- off is added again. What was taken back of those lines has a query of its own. A group with lines
-- of both signs has two rows, of what those of either sign bear (RULES 1.7).
-- $1 invoice ids int8[]. In order of invoice_id, tax_no.
-- Out, where there are lines of both signs, also whole (the group's tax), other_base,
-- other_credited_base, other_credited_tax bigint: those of the lines of the other sign.
-- Amounts are those of the charges: on a credit note its signs are the other way round.
-- Index: invoice_tax_pkey, invoice_line_pkey, line_credit_of_idx.
select t.invoice_id, t.tax_no, t.tax_rate_version_id, t.category::text as category, t.inclusive,
       t.reason, coalesce(m.tax_minor * k.sign, w.whole)::bigint as amount,
       coalesce(p.base, 0)::bigint * k.sign as base,
       coalesce(p.credited_base, 0)::bigint as credited_base,
       case when p.is_negative then n.negative else n.credited - n.negative end::bigint
         as credited_tax,
       coalesce(p.lines, 0) as lines, case when p.is_mixed then w.whole end::bigint as whole,
       case when p.is_mixed then p.all_base - p.base end::bigint * k.sign as other_base,
       case when p.is_mixed then p.all_credited - p.credited_base end::bigint
         as other_credited_base,
       case when p.is_negative then n.credited - n.negative
         when p.is_mixed then n.negative end::bigint as other_credited_tax
from invoice_tax t
join invoice i on i.invoice_id = t.invoice_id
cross join lateral (select case i.kind when 'credit_note' then -1 else 1 end as sign) k
cross join lateral (
  select t.amount_minor * k.sign + coalesce((
    select sum(c.amount_minor) from line_credit_tax c
    where c.invoice_id = t.invoice_id and c.tax_no = t.tax_no), 0) as whole) w
left join (
  select h.invoice_id, h.tax_no, h.is_mixed, h.is_negative, sum(h.base_minor) as base,
    count(*) as lines, sum(h.credited_base) as credited_base,
    sum(sum(h.base_minor)) over groups as all_base,
    sum(sum(h.credited_base)) over groups as all_credited
  from (
    select h.invoice_id, h.tax_no, h.is_mixed, h.is_negative, h.base_minor,
      coalesce(case when h.base_minor = h.gross_minor then c.amount
        else round(h.base_minor * c.amount / nullif(h.gross_minor, 0)) end, 0) as credited_base
    from tax_share h
    left join lateral (
      select sum(r.amount_minor) as amount
      from line_credit r
      where r.of_invoice_id = h.invoice_id and r.of_line_no = h.line_no and r.undone_at is null) c
      on true
    where h.invoice_id = any($1)) h
  group by h.invoice_id, h.tax_no, h.is_mixed, h.is_negative
  window groups as (partition by h.invoice_id, h.tax_no)
) p on p.invoice_id = t.invoice_id and p.tax_no = t.tax_no
-- Not as a join: that would read the taxes of all documents.
left join lateral (
  select b.tax_minor from tax_part b
  where p.is_mixed and b.invoice_id = t.invoice_id and b.tax_no = t.tax_no
    and b.is_negative = p.is_negative
  offset 0) m on true
cross join lateral (
  select coalesce(sum(c.amount_minor), 0) as credited,
    coalesce(sum(c.amount_minor) filter (where p.is_mixed
      and l.amount_minor < l.discount_minor + l.invoice_discount_minor), 0) as negative
  from line_credit r
  join invoice_line l on l.invoice_id = r.of_invoice_id and l.line_no = r.of_line_no
    and l.kind <> 'credit'
  join line_credit_tax c on c.invoice_id = r.invoice_id and c.line_no = r.line_no
    and c.of_tax_no = t.tax_no
  where r.of_invoice_id = t.invoice_id and r.undone_at is null) n
where t.invoice_id = any($1)
order by t.invoice_id, t.tax_no, p.is_negative
