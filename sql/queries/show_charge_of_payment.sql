-- By which gateway a payment was charged, and to what.
-- $1 payment id bigint. No row where none charged it. Out: gateway, object text.
-- Index: payment_pkey, payment_attempt_pkey.
select a.gateway, s.object
from payment p
join payment_attempt a on a.payment_attempt_id = p.payment_attempt_id
join payment_source s on s.payment_source_id = a.payment_source_id
where p.payment_id = $1
