-- What the credit of credit notes pays now of the invoices that they take back, and of
-- those that these documents took back.
-- $1 credit note ids int8[]. Out, in order of invoice_id, settlement_id: note_id, invoice_id,
-- settlement_id, amount in minor units, credit_id bigint, newest_on date: of what settled the
-- invoice. Index: credit_note_idx, settlement_credit_idx, line_credit_pkey, settlement_invoice_idx.
select c.credit_note_id as note_id, s.invoice_id, s.settlement_id, s.amount_minor as amount,
  s.credit_id,
  (select max(o.effective_on) from settlement o where o.invoice_id = s.invoice_id) as newest_on
from credit c
join settlement s on s.credit_id = c.credit_id and s.reverses is null
where c.credit_note_id = any($1)
  and not exists (select from settlement b where b.reverses = s.settlement_id)
  and s.invoice_id in (
    with recursive reached as (
      select c.credit_note_id as invoice_id
      union
      select l.of_invoice_id
      from reached r
      join line_credit l on l.invoice_id = r.invoice_id
    )
    select r.invoice_id from reached r)
order by s.invoice_id, s.settlement_id
