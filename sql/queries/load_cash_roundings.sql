-- The cash rounding that no credit note has given back yet of some documents, and of those that
-- they took back, and so on, each with the lines of which something is left: its own, and those of
-- the invoices that have taken it back since (RULES 1.10). One of which nothing is left is missing.
-- $1 invoice ids int8[]. In order of customer_id, invoice_id, of_invoice_id, line_no.
-- Out: customer_id, invoice_id bigint, currency text, rounding bigint, of_invoice_id bigint,
-- line_no integer, rest bigint before exclusive taxes: both in minor units, with their signs.
-- Index: line_credit_pkey, line_credit_of_idx, invoice_pkey, invoice_line_pkey,
-- rounding_credit_of_idx.
with recursive reached as (
  select d.invoice_id
  from unnest($1::bigint[]) as d (invoice_id)
  union
  select l.of_invoice_id
  from reached r
  -- Not as joins: those could read all of it.
  cross join lateral (
    select c.of_invoice_id
    from line_credit c
    where c.invoice_id = r.invoice_id and c.undone_at is null
    offset 0) l
), rounded as (
  select i.customer_id, i.invoice_id, i.currency, i.rounding_minor - coalesce((
    select sum(g.amount_minor)
    from rounding_credit g
    join invoice n on n.invoice_id = g.invoice_id and n.state not in ('voided', 'canceled')
    where g.of_invoice_id = i.invoice_id), 0)::bigint as rounding
  from reached r
  cross join lateral (
    select o.customer_id, o.invoice_id, o.currency, o.rounding_minor
    from invoice o
    where o.invoice_id = r.invoice_id and o.kind = 'invoice' and o.state = 'open'
      and o.rounding_minor <> 0
    offset 0) i
), standing as (
  select r.invoice_id, r.invoice_id as of_invoice_id
  from rounded r
  where r.rounding <> 0
  union
  select s.invoice_id, l.invoice_id
  from standing s
  cross join lateral (
    select d.invoice_id
    from line_credit c
    join invoice d on d.invoice_id = c.invoice_id and d.kind = 'invoice'
    where c.of_invoice_id = s.of_invoice_id and c.undone_at is null
    offset 0) l
)
select r.customer_id, r.invoice_id, r.currency::text as currency, r.rounding, s.of_invoice_id,
  l.line_no, l.rest
from rounded r
join standing s on s.invoice_id = r.invoice_id
cross join lateral (
  select b.line_no, b.amount_minor - b.discount_minor - b.invoice_discount_minor - coalesce((
    select sum(c.amount_minor)
    from line_credit c
    where c.of_invoice_id = b.invoice_id and c.of_line_no = b.line_no and c.undone_at is null
    ), 0)::bigint as rest
  from invoice_line b
  where b.invoice_id = s.of_invoice_id and b.kind <> 'credit'
  offset 0) l
where l.rest <> 0
order by r.customer_id, r.invoice_id, s.of_invoice_id, l.line_no
