-- What of a payment settles documents now, the newest first: its own settlements, those by the
-- credit that it became, and what was granted with it.
-- $1 payment id bigint.
-- Out: settlement_id, invoice_id bigint, kind text, amount bigint in minor units, credit_id bigint
-- or null, certificate text or null, is_recovery boolean, total bigint of the document,
-- effective_on date.
-- Index: settlement_payment_idx, settlement_credit_idx, credit_payment_idx.
select s.settlement_id, s.invoice_id, s.kind, s.amount_minor as amount, s.credit_id, s.certificate,
  s.is_recovery, i.total_minor as total, s.effective_on
from settlement s
join invoice i on i.invoice_id = s.invoice_id
where s.settlement_id in (
    select o.settlement_id from settlement o where o.payment_id = $1
    union
    select o.settlement_id
    from credit c
    join settlement o on o.credit_id = c.credit_id
    where c.payment_id = $1)
  and s.reverses is null
  and not exists (select from settlement b where b.reverses = s.settlement_id)
order by s.settlement_id desc
