-- Notes that a debit brought no money: it is taken back, and the bank has never booked it.
-- $1 payment bigint, $2 day date. Out: payment_attempt_id bigint; no row where the bank has booked
-- it, or the payment is of no file to a bank. Index: payment_pkey, bank_debit_pkey.
update bank_debit d
set uncollected_on = $2
from payment p
where p.payment_id = $1 and d.payment_attempt_id = p.payment_attempt_id and d.booked_on is null
returning d.payment_attempt_id
