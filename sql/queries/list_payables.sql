-- The invoices that payments may go to, in the order in which they are paid: the oldest due date,
-- then the number, those that charge late fees last (RULES 3).
-- $1 customer ids int8[]: all that they owe on open invoices; $2 invoice ids int8[]: these too,
-- whatever their state.
-- Out: invoice_id, seller_id bigint, early_discount_until date (null where no discount can be had
-- any more), and bigint in minor units: early_discount, lessened by what credit notes
-- settle that give back the invoice, or what has taken it back since, total, written_off.
-- Index: invoice_pkey, invoice_customer_idx, settlement_invoice_idx, line_credit_of_idx,
-- line_credit_pkey.
select i.invoice_id, i.seller_id,
  case when t.granted = 0 and t.late = 0 then i.early_discount_until end as early_discount_until,
  coalesce(case when i.early_discount_minor > 0 then (
    select round(i.early_discount_minor::numeric
      * greatest(i.total_minor - coalesce(sum(s.amount_minor), 0), 0) / i.total_minor)
    from settlement s
    join credit c on c.credit_id = s.credit_id
    where s.invoice_id = i.invoice_id and s.kind = 'credit_note' and c.credit_note_id in (
      with recursive later as (
        select i.invoice_id
        union
        select l.invoice_id
        from later o
        join line_credit l on l.of_invoice_id = o.invoice_id and l.undone_at is null
      )
      select o.invoice_id from later o))::bigint end, 0)
    as early_discount,
  i.total_minor as total,
  t.written_off
from invoice i
left join invoice_number n on n.invoice_id = i.invoice_id
cross join lateral (
  select coalesce(sum(s.amount_minor) filter (where s.kind = 'early_discount'), 0) as granted,
    coalesce(sum(s.amount_minor) filter (where s.effective_on > i.early_discount_until), 0) as late,
    coalesce(sum(s.amount_minor) filter (where s.kind = 'write_off'), 0)::bigint as written_off
  from settlement s
  where s.invoice_id = i.invoice_id
) t
where i.invoice_id in (
  select o.invoice_id
  from invoice o
  where o.customer_id = any($1) and o.kind = 'invoice' and o.state = 'open'
    and o.settled_minor < o.total_minor + o.rounding_minor
  union
  select unnest($2::bigint[]))
order by exists (
    select from invoice_line l where l.invoice_id = i.invoice_id and l.kind = 'late_fee'),
  coalesce(i.due_date, i.invoice_date), n.number, i.invoice_id
