-- A refund that the simulated gateway has made.
-- $1 key text. Out: idempotency_key text. Uses refund_pkey.
select r.idempotency_key
from simulated_gateway.refund r
where r.idempotency_key = $1
