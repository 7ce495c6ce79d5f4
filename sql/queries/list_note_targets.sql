-- What posted credit notes with open credit take back of invoices of their own payers, whose rows
-- are locked (RULES 0.7, 1.13): those whose lines they credit, and those that these documents took
-- back in their own lines, and so on; of the latter nothing is taken directly.
-- $1 credit note ids int8[]. Out, in order of note_id, invoice_id: note_id, credit_id, invoice_id
-- bigint, and bigint in minor units: worth of the note with taxes, without cash rounding, open of
-- it, taken of the invoice before taxes, taken of credit notes before taxes, total of the invoice,
-- early_discount, granted of it; is_whole, is_done boolean: nothing is left of the invoice nor of
-- what has taken it back since, the note has lessened what was granted; day date: of the note, but
-- not before the invoice or what has settled it; rounding_mode text; rounding bigint: the cash
-- rounding of the invoice that the note gives back, in minor units.
-- Index: line_credit_pkey, line_credit_of_idx, credit_note_idx, settlement_invoice_idx,
-- rounding_credit_pkey.
with recursive taken as (
  select l.invoice_id as note_id, l.of_invoice_id as invoice_id,
    greatest(sum(l.amount_minor), 0)::bigint as amount
  from line_credit l
  where l.invoice_id = any($1) and l.undone_at is null
  group by l.invoice_id, l.of_invoice_id
), reached as (
  select t.note_id, t.invoice_id from taken t
  union
  select r.note_id, l.of_invoice_id
  from reached r
  join line_credit l on l.invoice_id = r.invoice_id and l.undone_at is null
)
select r.note_id, c.credit_id, r.invoice_id, n.total_minor as worth,
  c.amount_minor - c.used_minor as open, coalesce(t.amount, 0) as taken, (
    select coalesce(sum(o.amount), 0)::bigint
    from taken o
    join invoice d on d.invoice_id = o.invoice_id and d.kind = 'credit_note'
    where o.note_id = r.note_id) as taken_of_notes,
  i.total_minor as total, coalesce(i.early_discount_minor, 0) as early_discount,
  s.granted::bigint as granted,
  not exists (
    with recursive later as (
      select r.invoice_id
      union
      select l.invoice_id
      from later o
      join line_credit l on l.of_invoice_id = o.invoice_id and l.undone_at is null
      join invoice d on d.invoice_id = l.invoice_id and d.state <> 'draft'
    )
    select from later o
    join invoice d on d.invoice_id = o.invoice_id
    join invoice_line l on l.invoice_id = o.invoice_id and l.kind <> 'credit'
    where (l.amount_minor - l.discount_minor - l.invoice_discount_minor)
        * case d.kind when 'credit_note' then -1 else 1 end <> (
      select coalesce(sum(b.amount_minor), 0)
      from line_credit b
      join invoice e on e.invoice_id = b.invoice_id and e.state <> 'draft'
      where b.of_invoice_id = l.invoice_id and b.of_line_no = l.line_no
        and b.undone_at is null)) as is_whole,
  s.by_note <> 0 as is_done,
  greatest(n.invoice_date, i.invoice_date, s.newest_on) as day, e.rounding_mode,
  coalesce((
    select g.amount_minor
    from rounding_credit g
    where g.invoice_id = r.note_id and g.of_invoice_id = r.invoice_id), 0) as rounding
from reached r
left join taken t on t.note_id = r.note_id and t.invoice_id = r.invoice_id
join invoice n on n.invoice_id = r.note_id and n.kind = 'credit_note' and n.state = 'open'
join credit c on c.credit_note_id = r.note_id and c.used_minor < c.amount_minor
join invoice i on i.invoice_id = r.invoice_id and i.kind = 'invoice' and i.state = 'open'
  and i.customer_id = n.customer_id and i.currency = n.currency
join seller e on e.seller_id = i.seller_id
cross join lateral (
  select coalesce(sum(o.amount_minor) filter (where o.kind = 'early_discount'), 0) as granted,
    coalesce(sum(o.amount_minor) filter (where o.credit_note_id = r.note_id), 0) as by_note,
    max(o.effective_on) as newest_on
  from settlement o
  where o.invoice_id = r.invoice_id
) s
order by r.note_id, r.invoice_id
