-- Attempts whose outcome is not known: what an earlier process left, and what gateways could not
-- tell, the oldest first.
-- $1 seller bigint, $2 after attempt bigint, $3 limit bigint, $4 gateways text[] that cannot be
-- asked: their pending attempts are left out.
-- Out: payment_attempt_id, invoice_id, customer_id bigint, state, gateway, idempotency_key,
-- currency text, amount bigint in minor units, token, number text, try integer, intended_at bigint
-- in UNIX seconds, gateway_ref text (null for none), object text.
-- Index: payment_attempt_live_key, payment_attempt_pkey.
select a.payment_attempt_id, a.invoice_id, i.customer_id, a.state, a.gateway, a.idempotency_key,
  a.currency::text as currency, a.amount_minor as amount, a.request ->> 'token' as token,
  a.request ->> 'invoice' as number, a.try,
  floor(extract(epoch from a.intended_at))::bigint as intended_at, a.gateway_ref, p.object
from payment_attempt a
join invoice i on i.invoice_id = a.invoice_id
join payment_source p on p.payment_source_id = a.payment_source_id
where a.state in ('intended', 'pending', 'unknown') and i.seller_id = $1
  and not (a.state = 'pending' and a.gateway = any($4)) and a.payment_attempt_id > $2
order by a.payment_attempt_id
limit $3
