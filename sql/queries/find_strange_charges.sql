-- Which charges of a gateway have no place in the books: no attempt, and nobody has dismissed them.
-- $1 gateway text; one array element a charge: $2 keys, $3 references text[].
-- Out: idempotency_key text. Index: payment_attempt_key_key, dismissed_charge_pkey.
select c.idempotency_key
from unnest($2::text[], $3::text[]) as c (idempotency_key, reference)
where substr(c.idempotency_key, 25, 13) = (select right(b.uuid::text, 12) || '-' from book b)
  and not exists (
    select from payment_attempt a
    where a.idempotency_key = c.idempotency_key and a.state <> 'declined')
  and not exists (
    select from dismissed_charge d
    where (d.gateway, d.idempotency_key, d.reference) = ($1, c.idempotency_key, c.reference))
limit 1
