-- Adds charges of a gateway that books of one origin have made, by the end of their names, but not
-- those that a person has dismissed.
-- $1 gateway text; one array element a charge: $2 keys, $3 references, $4 currencies text[], $5
-- amounts int8[] in minor units, $6 tokens text[] (nulls for none), $7 moments int8[] in UNIX
-- seconds.
-- Index: dismissed_charge_pkey.
insert into gateway_charge (gateway, idempotency_key, reference, currency, amount_minor, token,
  charged_at)
select $1, a.idempotency_key, a.reference, a.currency, a.amount_minor, a.token, a.charged_at
from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::bigint[])
  as a (idempotency_key, reference, currency, amount_minor, token, charged_at)
where substr(a.idempotency_key, 25, 13) = (select right(b.uuid::text, 12) || '-' from book b)
  and not exists (
    select from dismissed_charge d
    where (d.gateway, d.idempotency_key, d.reference) = ($1, a.idempotency_key, a.reference))
