-- Settles documents: append only, and what is settled of each moves with it (RULES 0.12). All rows
-- of a document at once, so that what one takes back and another gives never leaves its bounds.
-- One array element a settlement: $1 invoice ids int8[], $2 kinds text[], $3 amounts int8[] in
-- minor units, $4 effective days date[]; nulls for none: $5 credit ids int8[], $6 payment ids
-- int8[], $7 ids of settlements that are taken back int8[], $8 certificates text[]; $9 bool[]:
-- recoveries; $10 bool[]: charges, which count as attempts and after which none is due; $11 int8[]:
-- credit notes with which what was granted goes back. Index: invoice_pkey.
with added as (
  insert into settlement (invoice_id, kind, amount_minor, effective_on, credit_id, payment_id,
    reverses, certificate, is_recovery, credit_note_id)
  select a.invoice_id, a.kind, a.amount_minor, a.effective_on, a.credit_id, a.payment_id,
    a.reverses, a.certificate, a.is_recovery, a.credit_note_id
  from unnest($1::bigint[], $2::text[], $3::bigint[], $4::date[], $5::bigint[], $6::bigint[],
    $7::bigint[], $8::text[], $9::boolean[], $11::bigint[])
    as a (invoice_id, kind, amount_minor, effective_on, credit_id, payment_id, reverses,
      certificate, is_recovery, credit_note_id)
  returning invoice_id, amount_minor
), charged as (
  select c.invoice_id, count(*) filter (where c.is_charge) as attempts
  from unnest($1::bigint[], $10::boolean[]) as c (invoice_id, is_charge)
  group by c.invoice_id
)
update invoice i
set settled_minor = i.settled_minor + a.amount_minor,
  attempt_count = i.attempt_count + c.attempts,
  next_payment_attempt_on = case when c.attempts = 0 then i.next_payment_attempt_on end,
  next_payment_attempt_at = case when c.attempts = 0 then i.next_payment_attempt_at end,
  updated_at = now()
from (select invoice_id, sum(amount_minor) as amount_minor from added group by invoice_id) a
join charged c on c.invoice_id = a.invoice_id
where i.invoice_id = a.invoice_id
