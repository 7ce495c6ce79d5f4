-- Where gateways and books differ about refunds: those that only one of them has, or has otherwise.
-- What the books lacked and was recorded by hand is known by payment and amount.
-- $1 gateway text, $2 moment timestamptz: refunds intended since then; one array element a refund
-- that the gateway has made: $3 keys, $4 references, $5 currencies text[], $6 amounts int8[] in
-- minor units; only those of these books count, by the end of their names.
-- Out, in order: the number of refunds compared bigint, and per difference idempotency_key text,
-- refund_id bigint, problem text, is_open boolean: the books ask for its outcome yet; all bigint:
-- how many differences there are; nulls where there is none; the first 100.
-- Index: refund_key_key, refund_payment_idx.
with ours as materialized (
  select g.*, count(*) over (partition by g.idempotency_key) as refunds
  from unnest($3::text[], $4::text[], $5::text[], $6::bigint[])
    as g (idempotency_key, reference, currency, amount_minor)
  where substr(g.idempotency_key, 25, 13) = (select right(b.uuid::text, 12) || '-' from book b)
), strange as materialized (
  select k.*, row_number() over (partition by k.payment_id, k.currency, k.amount_minor
    order by k.idempotency_key) as turn
  from (
    select o.idempotency_key, o.currency, o.amount_minor,
      substring(o.idempotency_key from '-pay-([0-9]{1,18})-refund-[0-9]+$')::bigint as payment_id
    from ours o
    where o.refunds = 1
      and not exists (select from refund r where r.idempotency_key = o.idempotency_key)) k
), recorded as (
  select s.idempotency_key
  from strange s
  join (
    select r.payment_id, r.currency::text as currency, r.amount_minor,
      row_number() over (partition by r.payment_id, r.currency, r.amount_minor
        order by r.refund_id) as turn
    from refund r
    where r.gateway is null and r.payment_id in (select s.payment_id from strange s)
  ) h on (h.payment_id, h.currency, h.amount_minor, h.turn)
    = (s.payment_id, s.currency, s.amount_minor, s.turn)
), wrong as materialized (
  select o.idempotency_key, r.refund_id,
    case
      when r.refund_id is null then format(
        'the gateway refunded %s %s (%s), the books know nothing of it', o.amount_minor,
        o.currency, o.reference)
      when o.refunds > 1 then format('the gateway refunded it %s times', o.refunds)
      when r.state = 'declined' then format(
        'the gateway refunded it (%s), the books have it as declined', o.reference)
      when r.state in ('intended', 'pending', 'unknown') then format(
        'the gateway refunded it (%s), the books do not know yet', o.reference)
      else format('the gateway refunded %s %s, the books have %s %s', o.amount_minor, o.currency,
        r.amount_minor, r.currency) end as problem,
    coalesce(o.refunds = 1 and r.state in ('intended', 'pending', 'unknown')
      and (r.amount_minor, r.currency::text) = (o.amount_minor, o.currency), false) as is_open
  from ours o
  left join refund r on r.idempotency_key = o.idempotency_key
  where (r.refund_id is null or o.refunds > 1 or r.state <> 'approved'
      or (r.amount_minor, r.currency::text) is distinct from (o.amount_minor, o.currency))
    and o.idempotency_key not in (select h.idempotency_key from recorded h)
  union all
  select r.idempotency_key, r.refund_id, 'the books have the refund, the gateway has not', false
  from refund r
  where r.gateway = $1 and r.intended_at >= $2 and r.state = 'approved'
    and not exists (select from ours o where o.idempotency_key = r.idempotency_key)
)
select (select count(*) from ours) as compared, w.idempotency_key, w.refund_id, w.problem,
  w.is_open, (select count(*) from wrong) as all
from (values (1)) as one (row)
left join (select * from wrong order by is_open, idempotency_key, problem limit 100) w on true
order by w.is_open, w.idempotency_key, w.problem
