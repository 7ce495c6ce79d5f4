-- Refunds that the simulated gateway has made since a moment, a page at a time.
-- $1 unix seconds bigint, inclusive, $2 the last key of the page before or '' text, $3 limit
-- bigint.
-- Out, in order: idempotency_key text, amount_minor bigint, currency text.
-- Index: refund_pkey.
select r.idempotency_key, r.amount_minor, r.currency
from simulated_gateway.refund r
where r.idempotency_key > $2::text and r.refunded_at >= to_timestamp($1)
order by r.idempotency_key
limit $3
