-- Notes that a person has dealt with a charge that the books cannot take in, of those to compare.
-- $1 gateway, $2 reference, $3 reason text. Out: idempotency_key text, no row where there is none.
insert into dismissed_charge (gateway, idempotency_key, reference, currency, amount_minor, reason)
select g.gateway, g.idempotency_key, g.reference, g.currency, g.amount_minor, $3
from gateway_charge g
left join payment_attempt a on a.idempotency_key = g.idempotency_key
where g.gateway = $1 and g.reference = $2
  and (a.payment_attempt_id is null or a.state = 'declined')
returning idempotency_key
