-- Approves charges whose keys the simulated gateway has not approved yet, and tells which they are.
-- $1 idempotency_key text[], $2 amount_minor bigint[], $3 currency text[], $4 token text[]
-- idempotency_key text
insert into simulated_gateway.approval (idempotency_key, amount_minor, currency, token)
select a.idempotency_key, a.amount_minor, a.currency, a.token
from unnest($1::text[], $2::bigint[], $3::text[], $4::text[])
  a (idempotency_key, amount_minor, currency, token)
-- Two that ask for the same keys at once wait for each other in one order.
order by a.idempotency_key
on conflict (idempotency_key) do nothing
returning idempotency_key
