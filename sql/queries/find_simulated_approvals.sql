-- Charges that the simulated gateway has approved, by their keys.
-- $1 idempotency_key text[]
-- idempotency_key text, amount_minor bigint, currency text
-- Uses approval_pkey.
select a.idempotency_key, a.amount_minor, a.currency
from simulated_gateway.approval a
where a.idempotency_key = any($1::text[])
order by a.idempotency_key
