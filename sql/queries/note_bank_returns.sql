-- Notes when the bank took debits back, and under which reference, as it was told first, or by the
-- first statement (camt.053).
-- $1 payment attempts int8[], $2 days date[], $3 references text[], $4 booleans: by a statement.
-- Index: bank_debit_pkey.
update bank_debit d
set returned_on = coalesce(d.returned_on, r.returned_on),
  return_ref = coalesce(r.return_ref, d.return_ref), is_return_stated = r.is_statement
from unnest($1::bigint[], $2::date[], $3::text[], $4::boolean[])
  as r (payment_attempt_id, returned_on, return_ref, is_statement)
where d.payment_attempt_id = r.payment_attempt_id
  and (d.returned_on is null or r.is_statement and not d.is_return_stated)
