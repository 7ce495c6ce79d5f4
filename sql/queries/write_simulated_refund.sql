-- Refunds of a charge that the simulated gateway has approved, at most what is left of it, and once
-- for one key. The caller has locked the charge.
-- $1 key of the refund text, $2 key of the charge text, $3 amount bigint, $4 currency text
-- Out: answer text (new; known: it was refunded before; refused: it is more, or another currency).
-- Uses approval_pkey, refund_pkey, refund_charge_idx.
with known as (
  select r.amount_minor, r.currency, r.charge_key
  from simulated_gateway.refund r
  where r.idempotency_key = $1
), made as (
  insert into simulated_gateway.refund (idempotency_key, charge_key, amount_minor, currency)
  select $1, a.idempotency_key, $3::bigint, $4
  from simulated_gateway.approval a
  where a.idempotency_key = $2 and a.currency = $4 and not exists (select from known)
    and $3 + coalesce((select sum(r.amount_minor) from simulated_gateway.refund r
                       where r.charge_key = $2), 0) <= a.amount_minor
  returning idempotency_key
)
select case
  when exists (select from made) then 'new'
  when exists (select from known k
               where k.amount_minor = $3 and k.currency = $4 and k.charge_key = $2) then 'known'
  else 'refused' end as answer
