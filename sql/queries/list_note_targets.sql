-- What posted credit notes with open credit take back of invoices of their own payers, whose rows
-- are locked (RULES 0.7, 1.13).
-- $1 credit note ids int8[]. Out, in order of note_id, invoice_id: note_id, credit_id, invoice_id
-- bigint, and bigint in minor units: worth of the note with taxes, open of it, taken of the
-- invoice before taxes, total of the invoice, early_discount, granted of it; is_whole, is_done
-- boolean: nothing is left of the invoice, the note has lessened what was granted; day date: of the
-- note, but not before the invoice or what has settled it; rounding_mode text.
-- Index: line_credit_pkey, line_credit_of_idx, credit_note_idx, settlement_invoice_idx.
with taken as (
  select l.invoice_id as note_id, l.of_invoice_id as invoice_id, sum(l.amount_minor) as amount
  from line_credit l
  where l.invoice_id = any($1) and l.undone_at is null
  group by l.invoice_id, l.of_invoice_id
)
select t.note_id, c.credit_id, t.invoice_id, n.total_minor + n.rounding_minor as worth,
  c.amount_minor - c.used_minor as open, greatest(t.amount, 0)::bigint as taken,
  i.total_minor as total, coalesce(i.early_discount_minor, 0) as early_discount,
  s.granted::bigint as granted,
  not exists (
    select from invoice_line l
    where l.invoice_id = i.invoice_id
      and l.amount_minor - l.discount_minor - l.invoice_discount_minor <> (
        select coalesce(sum(r.amount_minor), 0)
        from line_credit r
        join invoice d on d.invoice_id = r.invoice_id and d.state <> 'draft'
        where r.of_invoice_id = l.invoice_id and r.of_line_no = l.line_no
          and r.undone_at is null)) as is_whole,
  s.by_note <> 0 as is_done,
  greatest(n.invoice_date, i.invoice_date, s.newest_on) as day, e.rounding_mode
from taken t
join invoice n on n.invoice_id = t.note_id and n.kind = 'credit_note' and n.state = 'open'
join credit c on c.credit_note_id = t.note_id and c.used_minor < c.amount_minor
join invoice i on i.invoice_id = t.invoice_id and i.kind = 'invoice' and i.state = 'open'
  and i.customer_id = n.customer_id
join seller e on e.seller_id = i.seller_id
cross join lateral (
  select coalesce(sum(o.amount_minor) filter (where o.kind = 'early_discount'), 0) as granted,
    coalesce(sum(o.amount_minor) filter (where o.credit_note_id = t.note_id), 0) as by_note,
    max(o.effective_on) as newest_on
  from settlement o
  where o.invoice_id = t.invoice_id
) s
order by t.note_id, t.invoice_id
