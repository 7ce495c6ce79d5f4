-- The write-offs of some documents that stand, the oldest first.
-- $1 invoice ids int8[]. Out: invoice_id, settlement_id, amount bigint in minor units.
-- Index: settlement_invoice_idx, settlement_reverses_once_key.
select s.invoice_id, s.settlement_id, s.amount_minor as amount
from settlement s
where s.invoice_id = any($1) and s.kind = 'write_off' and s.reverses is null
  and not exists (select from settlement b where b.reverses = s.settlement_id)
order by s.settlement_id
