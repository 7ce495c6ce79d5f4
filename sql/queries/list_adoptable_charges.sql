-- Charges of these books that a gateway has approved and the books have not: made by a copy, or
-- known as declined; and why one cannot be taken in.
-- $1 gateway text. Out, in order: idempotency_key, reference, currency text, amount bigint in minor
-- units, invoice_id bigint (null where the key names none), try integer, problem text, null for
-- none. Index: payment_attempt_key_key, payment_attempt_live_key, invoice_pkey.
with ours as materialized (
  select g.idempotency_key, g.reference, g.currency, g.amount_minor,
    regexp_match(g.idempotency_key,
      '^' || b.uuid || '-inv-([1-9][0-9]{0,17})-try-([1-9][0-9]{0,8})$') as parts,
    count(*) over (partition by g.idempotency_key) as charges
  from gateway_charge g, book b
  where g.gateway = $1 and g.idempotency_key like b.uuid || '-%'
), unknown as (
  select o.*, o.parts[1]::bigint as invoice_id, o.parts[2]::integer as try,
    a.payment_attempt_id is not null as is_known,
    (a.amount_minor, a.currency::text) is distinct from (o.amount_minor, o.currency) as differs
  from ours o
  left join payment_attempt a on a.idempotency_key = o.idempotency_key
  where a.payment_attempt_id is null or a.state = 'declined'
)
select u.idempotency_key, u.reference, u.currency, u.amount_minor as amount, u.invoice_id, u.try,
  case
    when u.charges > 1 then 'the gateway charged it several times'
    when i.invoice_id is null then 'these books have no such invoice'
    when i.currency::text <> u.currency then 'the invoice is in another currency'
    when u.is_known and u.differs then 'the books have another amount for it'
    when exists (
      select from payment_attempt l
      where l.invoice_id = u.invoice_id and l.state in ('intended', 'pending', 'unknown'))
      then 'another charge of the invoice is under way'
    when not u.is_known and exists (
      select from payment_attempt t where t.invoice_id = u.invoice_id and t.try = u.try)
      then 'another charge has its place'
    when row_number() over (partition by u.invoice_id order by u.try) > 1
      then 'another charge of the invoice comes first'
    when s.payment_source_id is null and not u.is_known then 'the customer has no payment source'
  end as problem
from unknown u
left join invoice i on i.invoice_id = u.invoice_id
left join payment_source s on s.customer_id = i.customer_id and s.removed_at is null
order by u.invoice_id, u.try
