-- The next credit notes of a run that leave credit open while an invoice that they take back, or
-- that what they take back took back, is owed, or has an early discount that they may lessen
-- (RULES 0.7, 1.13).
-- $1 run bigint, $2 after id bigint, $3 limit bigint. Out, in order: invoice_id bigint.
-- Index: invoice_run_note_idx, credit_note_idx, line_credit_pkey, invoice_pkey,
-- settlement_invoice_idx.
select n.invoice_id
from invoice n
where n.run_id = $1 and n.kind = 'credit_note' and n.state = 'open' and n.invoice_id > $2
  and exists (
    select from credit c
    where c.credit_note_id = n.invoice_id and c.used_minor < c.amount_minor)
  and exists (
    with recursive reached as (
      select n.invoice_id
      union
      select l.of_invoice_id
      from reached r
      join line_credit l on l.invoice_id = r.invoice_id and l.undone_at is null
    )
    select from reached r
    join invoice i on i.invoice_id = r.invoice_id and i.kind = 'invoice' and i.state = 'open'
      and i.customer_id = n.customer_id
    where (
      i.settled_minor < i.total_minor + i.rounding_minor
      or exists (
        select from settlement s
        where s.invoice_id = i.invoice_id and s.kind in ('early_discount', 'rounding'))))
order by n.invoice_id
limit $3
