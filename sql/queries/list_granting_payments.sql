-- Payments with which something was granted on some invoices that is still in force: an early
-- discount or a small difference.
-- $1 invoice ids int8[]. Out, in order: payment_id bigint. Index: settlement_invoice_idx.
select distinct s.payment_id
from settlement s
where s.invoice_id = any($1) and s.payment_id is not null
  and s.kind in ('early_discount', 'rounding') and s.reverses is null
  and not exists (select from settlement b where b.reverses = s.settlement_id)
order by s.payment_id
