-- Notes when the bank took debits back, and under which reference, as it was told first.
-- $1 payment attempts int8[], $2 days date[], $3 references text[]. Index: bank_debit_pkey.
update bank_debit d
set returned_on = r.returned_on, return_ref = r.return_ref
from unnest($1::bigint[], $2::date[], $3::text[])
  as r (payment_attempt_id, returned_on, return_ref)
where d.payment_attempt_id = r.payment_attempt_id and d.returned_on is null
