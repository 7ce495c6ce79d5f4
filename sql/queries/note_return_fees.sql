-- Notes what the bank has asked for returns, as far as it was told.
-- $1 payment attempts int8[], $2 fees int8[] in minor units. Index: bank_debit_pkey.
update bank_debit d
set fee_minor = r.fee_minor
from unnest($1::bigint[], $2::bigint[]) as r (payment_attempt_id, fee_minor)
where d.payment_attempt_id = r.payment_attempt_id
