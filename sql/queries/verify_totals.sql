-- A document's sums are those of its lines, discounts and taxes, and its total adds up
-- (invariant 1; RULES 1.1).
-- $1 run bigint: only its documents, null for all.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with line as (
  select l.invoice_id, count(*) as lines, sum(l.amount_minor) as amount,
    sum(l.discount_minor) as discount,
    sum(l.invoice_discount_minor) as invoice_discount, sum(l.net_minor) as net
  from invoice_line l
  where $1::bigint is null
    or l.invoice_id in (select r.invoice_id from invoice r where r.run_id = $1)
  group by l.invoice_id
), tax as (
  select t.invoice_id, sum(t.amount_minor) filter (where not t.inclusive) as added,
    sum(t.amount_minor) filter (where t.inclusive) as included
  from invoice_tax t
  where $1::bigint is null
    or t.invoice_id in (select r.invoice_id from invoice r where r.run_id = $1)
  group by t.invoice_id
), wrong as materialized (
  select i.invoice_id as id,
    case
      when l.lines is null then 'it has no lines'
      when i.subtotal_minor <> l.amount
        then format('subtotal %s, but its lines sum to %s', i.subtotal_minor, l.amount)
      when i.discount_minor <> l.discount + l.invoice_discount
        then format('discount %s, but its lines carry %s', i.discount_minor,
          l.discount + l.invoice_discount)
      when i.tax_minor <> coalesce(t.added, 0)
        then format('tax %s, but its exclusive taxes sum to %s', i.tax_minor, coalesce(t.added, 0))
      when i.total_minor <> i.subtotal_minor - i.discount_minor + i.tax_minor
        then format('total %s, but %s - %s + %s was charged', i.total_minor, i.subtotal_minor,
          i.discount_minor, i.tax_minor)
      else format('nets %s and included taxes %s, but %s after discounts', l.net,
        coalesce(t.included, 0),
                  i.subtotal_minor - i.discount_minor)
    end as problem
  from invoice i
  left join line l on l.invoice_id = i.invoice_id
  left join tax t on t.invoice_id = i.invoice_id
  where ($1::bigint is null or i.run_id = $1)
    and (l.lines is null
      or i.subtotal_minor <> l.amount
      or i.discount_minor <> l.discount + l.invoice_discount
      or i.tax_minor <> coalesce(t.added, 0)
      or i.total_minor <> i.subtotal_minor - i.discount_minor + i.tax_minor
      or l.net + coalesce(t.included, 0) <> i.subtotal_minor - i.discount_minor)
)
select (select count(*) from invoice i where $1::bigint is null or i.run_id = $1) as looked_at,
  (select count(*) from wrong) as wrong, 'invoice' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
