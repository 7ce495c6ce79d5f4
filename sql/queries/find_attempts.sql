-- Which idempotency keys are of attempts of these books.
-- $1 keys text[]. Out: idempotency_key, state text, amount bigint in minor units, currency text.
-- Index: payment_attempt_key_key.
select a.idempotency_key, a.state, a.amount_minor as amount, a.currency::text as currency
from payment_attempt a
where a.idempotency_key = any($1)
