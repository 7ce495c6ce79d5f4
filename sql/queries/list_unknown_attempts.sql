-- Charges whose outcome nobody knows, the oldest first.
-- $1 limit bigint. Out: payment_attempt_id, invoice_id bigint, number, gateway, idempotency_key,
-- state, reason text (null for none), intended_at bigint in UNIX seconds.
-- Index: payment_attempt_live_key.
select a.payment_attempt_id, a.invoice_id, n.number, a.gateway, a.idempotency_key, a.state,
  a.reason, floor(extract(epoch from a.intended_at))::bigint as intended_at
from payment_attempt a
left join invoice_number n on n.invoice_id = a.invoice_id
where a.state in ('intended', 'unknown')
order by a.payment_attempt_id
limit $1
