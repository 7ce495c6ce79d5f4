-- Charges that the simulated gateway has approved since a moment, a page at a time.
-- $1 unix seconds bigint, inclusive, $2 the last key of the page before or '' text, $3 limit bigint
-- idempotency_key text, amount_minor bigint, currency, token text (null for none), approved_at
-- bigint in UNIX seconds
-- Uses approval_pkey.
select a.idempotency_key, a.amount_minor, a.currency, a.token,
  floor(extract(epoch from a.approved_at))::bigint as approved_at
from simulated_gateway.approval a
where a.idempotency_key > $2::text and a.approved_at >= to_timestamp($1)
order by a.idempotency_key
limit $3
