-- Nothing is credited that was not billed: the credits of a line never exceed it, nor do those of a
-- document's tax group (RULES 0.3, 0.7; invariant 13); and each says what its own line does.
-- No more of an invoice's cash rounding goes back than it has, and a note's own is what it gives
-- back (RULES 1.10). What was undone counts no more. A tax group with lines of both signs is not
-- compared: those of one may bear more tax than all.
-- $1 run bigint: only the credits of its documents, null for all.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
-- Index: line_credit_of_idx, line_credit_pkey, rounding_credit_pkey, rounding_credit_of_idx.
with looked as materialized (
  select c.*
  from line_credit c
  where $1::bigint is null
    or c.invoice_id in (select r.invoice_id from invoice r where r.run_id = $1)
), line as (
  select l.invoice_id, l.line_no, sum(c.amount_minor) as credited,
    (l.amount_minor - l.discount_minor - l.invoice_discount_minor)
      * case i.kind when 'credit_note' then -1 else 1 end as base
  from (select distinct of_invoice_id, of_line_no from looked) o
  join invoice_line l on l.invoice_id = o.of_invoice_id and l.line_no = o.of_line_no
  join invoice i on i.invoice_id = l.invoice_id
  join line_credit c on c.of_invoice_id = l.invoice_id and c.of_line_no = l.line_no
    and c.undone_at is null
  group by l.invoice_id, l.line_no, i.kind
), tax as (
  select t.invoice_id, t.tax_no,
    -- What the document charged, without what its own credit lines took off.
    t.amount_minor * case i.kind when 'credit_note' then -1 else 1 end + coalesce((
      select sum(x.amount_minor) from line_credit_tax x
      where x.invoice_id = t.invoice_id and x.tax_no = t.tax_no), 0) as amount,
    (select sum(x.amount_minor)
     from line_credit c
     join invoice_line l on l.invoice_id = c.of_invoice_id and l.line_no = c.of_line_no
       and l.kind <> 'credit'
     join line_credit_tax x on x.invoice_id = c.invoice_id and x.line_no = c.line_no
     where c.of_invoice_id = t.invoice_id and c.undone_at is null and x.of_tax_no = t.tax_no)
      as credited,
    (select min(l.amount_minor) < 0 and max(l.amount_minor) > 0
     from invoice_line l
     where l.invoice_id = t.invoice_id and l.kind <> 'credit' and t.tax_no = any(l.tax_nos))
      as is_mixed
  from (select distinct of_invoice_id from looked) o
  join invoice_tax t on t.invoice_id = o.of_invoice_id
  join invoice i on i.invoice_id = t.invoice_id
), rounding as (
  select g.*
  from rounding_credit g
  where $1::bigint is null
    or g.invoice_id in (select r.invoice_id from invoice r where r.run_id = $1)
), wrong as materialized (
  select l.invoice_id as id,
    format('line %s: %s was credited of %s', l.line_no, l.credited, l.base) as problem
  from line l
  where abs(l.credited) > abs(l.base) or l.credited * l.base < 0
  union all
  select t.invoice_id, format('tax %s: %s was credited of %s', t.tax_no, t.credited, t.amount)
  from tax t
  where not coalesce(t.is_mixed, false)
    and (abs(t.credited) > abs(t.amount) or t.credited * t.amount < 0)
  union all
  select c.invoice_id,
    format('line %s credits %s, but comes to %s', c.line_no, c.amount_minor, l.amount_minor)
  from looked c
  join invoice i on i.invoice_id = c.invoice_id
  left join invoice_line l on l.invoice_id = c.invoice_id and l.line_no = c.line_no
  where l.kind is distinct from 'credit'
    or l.amount_minor <> c.amount_minor * case i.kind when 'credit_note' then 1 else -1 end
  union all
  select i.invoice_id,
    format('rounding: %s was credited of %s', sum(g.amount_minor), i.rounding_minor)
  from (select distinct of_invoice_id from rounding) o
  join invoice i on i.invoice_id = o.of_invoice_id
  join rounding_credit g on g.of_invoice_id = i.invoice_id
  join invoice n on n.invoice_id = g.invoice_id and n.state not in ('voided', 'canceled')
  group by i.invoice_id
  having abs(sum(g.amount_minor)) > abs(i.rounding_minor)
    or sum(g.amount_minor) * i.rounding_minor < 0
  union all
  select n.invoice_id,
    format('rounding %s, but it gives back %s', n.rounding_minor, sum(g.amount_minor))
  from rounding g
  join invoice n on n.invoice_id = g.invoice_id
  group by n.invoice_id
  having n.rounding_minor <> sum(g.amount_minor)
)
select (select count(*) from looked) as looked_at,
  (select count(*) from wrong) as wrong, 'invoice' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
