-- Notes when the bank took debits back, and under which reference, as it was told first, or by the
-- first statement (camt.053), and from which account.
-- $1 payment attempts int8[], $2 days date[], $3 references text[], $4 booleans: by a statement,
-- $5 accounts text[], by their last four places.
-- Index: bank_debit_pkey.
update bank_debit d
set returned_on = coalesce(d.returned_on, r.returned_on),
  return_ref = coalesce(r.return_ref, d.return_ref), is_return_stated = r.is_statement,
  return_account = coalesce(d.return_account, r.account)
from unnest($1::bigint[], $2::date[], $3::text[], $4::boolean[],
  $5::text[]) as r (payment_attempt_id, returned_on, return_ref, is_statement, account)
where d.payment_attempt_id = r.payment_attempt_id
  and (d.returned_on is null or r.is_statement and not d.is_return_stated)
