-- What became of some attempts. $1 attempt ids int8[].
-- Out, in order: payment_attempt_id, invoice_id bigint, state, decline_code, reason, number text.
-- Index: payment_attempt_pkey.
select a.payment_attempt_id, a.invoice_id, a.state, a.decline_code, a.reason, n.number
from payment_attempt a
left join invoice_number n on n.invoice_id = a.invoice_id
where a.payment_attempt_id = any($1)
order by a.payment_attempt_id
