-- Refunds whose outcome is not known, with the charges that they pay back, the oldest first.
-- $1 seller bigint, null for all, $2 refund bigint: only this one, null for all.
-- Out: refund_id, payment_id bigint, state, gateway, idempotency_key, currency text, amount bigint
-- in minor units, intended_at bigint in UNIX seconds, gateway_ref text (null for none),
-- payment_attempt_id bigint, charge_key, charge_ref text (null for none), charged bigint in minor
-- units, token, number text, try integer, charged_at bigint, object text.
-- Index: refund_open_idx, payment_pkey, payment_attempt_pkey.
select r.refund_id, r.payment_id, r.state, r.gateway, r.idempotency_key,
  r.currency::text as currency, r.amount_minor as amount,
  floor(extract(epoch from r.intended_at))::bigint as intended_at, r.gateway_ref,
  a.payment_attempt_id, a.idempotency_key as charge_key, a.gateway_ref as charge_ref,
  a.amount_minor as charged, a.request ->> 'token' as token, a.request ->> 'invoice' as number,
  a.try, floor(extract(epoch from a.intended_at))::bigint as charged_at, s.object
from refund r
join payment p on p.payment_id = r.payment_id
join customer c on c.customer_id = p.customer_id
join payment_attempt a on a.payment_attempt_id = p.payment_attempt_id
join payment_source s on s.payment_source_id = a.payment_source_id
where r.state in ('intended', 'pending', 'unknown') and r.gateway is not null
  and ($1::bigint is null or c.seller_id = $1) and ($2::bigint is null or r.refund_id = $2)
order by r.refund_id
