-- Attempts by id whose outcome is not known, as list_live_attempts gives them.
-- $1 attempt ids int8[]. Out, in order: as list_live_attempts. Index: payment_attempt_pkey.
select a.payment_attempt_id, a.invoice_id, i.customer_id, a.state, a.gateway, a.idempotency_key,
  a.currency::text as currency, a.amount_minor as amount, a.request ->> 'token' as token,
  a.request ->> 'invoice' as number, a.try,
  floor(extract(epoch from a.intended_at))::bigint as intended_at, a.gateway_ref, p.object
from payment_attempt a
join invoice i on i.invoice_id = a.invoice_id
join payment_source p on p.payment_source_id = a.payment_source_id
where a.payment_attempt_id = any($1) and a.state in ('intended', 'pending', 'unknown')
order by a.payment_attempt_id
