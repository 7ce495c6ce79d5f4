-- Locks a charge of the simulated gateway, of which something is to be refunded.
-- $1 key of the charge text. Uses approval_pkey.
select a.idempotency_key
from simulated_gateway.approval a
where a.idempotency_key = $1
for update
