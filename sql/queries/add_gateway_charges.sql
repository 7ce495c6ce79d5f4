-- Adds charges of a gateway. $1 gateway text; one array element a charge: $2 keys, $3 references,
-- $4 currencies text[], $5 amounts int8[] in minor units.
insert into gateway_charge (gateway, idempotency_key, reference, currency, amount_minor)
select $1, a.idempotency_key, a.reference, a.currency, a.amount_minor
from unnest($2::text[], $3::text[], $4::text[], $5::bigint[])
  as a (idempotency_key, reference, currency, amount_minor)
