-- What of granted discounts and differences went back with credit notes, still.
-- $1 credit note ids int8[]. Out, in order: payment_id, invoice_id bigint, kind text, note_id,
-- amount bigint in minor units. Index: settlement_note_idx.
select s.payment_id, s.invoice_id, s.kind, s.credit_note_id as note_id,
  -sum(s.amount_minor)::bigint as amount
from settlement s
where s.credit_note_id = any($1)
group by s.payment_id, s.invoice_id, s.kind, s.credit_note_id
having sum(s.amount_minor) < 0
order by s.payment_id, s.invoice_id, s.kind, s.credit_note_id
