-- What credits pay of some documents now.
-- $1 invoice ids int8[]. Out, in order of invoice_id, settlement_id: invoice_id, settlement_id
-- bigint, kind text, amount bigint in minor units, credit_id bigint. Index: settlement_invoice_idx.
select s.invoice_id, s.settlement_id, s.kind, s.amount_minor as amount, s.credit_id
from settlement s
where s.invoice_id = any($1) and s.credit_id is not null and s.reverses is null
  and not exists (select from settlement b where b.reverses = s.settlement_id)
order by s.invoice_id, s.settlement_id
