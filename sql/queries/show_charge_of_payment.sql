-- By which gateway a payment was charged, to what, and whether by a file to the bank, which pays
-- and takes back without a gateway in between.
-- $1 payment id bigint. No row where none charged it. Out: gateway, object text, is_of_bank
-- boolean.
-- Index: payment_pkey, payment_attempt_pkey, bank_debit_pkey.
select a.gateway, s.object,
  exists (select from bank_debit d where d.payment_attempt_id = a.payment_attempt_id) as is_of_bank
from payment p
join payment_attempt a on a.payment_attempt_id = p.payment_attempt_id
join payment_source s on s.payment_source_id = a.payment_source_id
where p.payment_id = $1
