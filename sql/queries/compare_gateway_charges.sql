-- Where gateways and books differ: charges of these books that they don't know, or know otherwise,
-- and approved attempts that the gateway doesn't know.
-- $1 gateway text, $2 moment timestamptz: attempts intended since then.
-- Out, in order: the number of charges compared bigint, and per difference idempotency_key text,
-- invoice_id bigint, problem text, is_open boolean: an attempt whose outcome the books ask for yet;
-- all, and strange: how many differences there are, and how many of them are charges that the books
-- don't know, or know otherwise, bigint; nulls where there is none; the first 100.
-- Index: payment_attempt_key_key.
with ours as materialized (
  select g.idempotency_key, g.reference, g.currency, g.amount_minor,
    count(*) over (partition by g.idempotency_key) as charges
  from gateway_charge g
  where g.gateway = $1
), wrong as (
  select o.idempotency_key, a.invoice_id,
    case
      when a.payment_attempt_id is null then format(
        'the gateway charged %s %s (%s), the books know nothing of it', o.amount_minor, o.currency,
        o.reference)
      when o.charges > 1 then format('the gateway charged it %s times', o.charges)
      when a.state = 'declined' then format(
        'the gateway approved it (%s), the books have it as declined', o.reference)
      when a.state in ('intended', 'pending', 'unknown') then format(
        'the gateway approved it (%s), the books do not know yet', o.reference)
      else format('the gateway charged %s %s, the books have %s %s', o.amount_minor, o.currency,
        a.amount_minor, a.currency) end as problem,
    coalesce(o.charges = 1 and a.state in ('intended', 'pending', 'unknown')
      and (a.amount_minor, a.currency::text) = (o.amount_minor, o.currency), false) as is_open,
    true as is_theirs
  from ours o
  left join payment_attempt a on a.idempotency_key = o.idempotency_key
  where a.payment_attempt_id is null or o.charges > 1 or a.state not in ('approved', 'returned')
    or (a.amount_minor, a.currency::text) is distinct from (o.amount_minor, o.currency)
  union all
  select a.idempotency_key, a.invoice_id, 'the books have it as approved, the gateway has not',
    false, false
  from payment_attempt a
  where a.gateway = $1 and a.intended_at >= $2 and a.state = 'approved'
    and not exists (
      select from gateway_charge g
      where g.gateway = $1 and g.idempotency_key = a.idempotency_key)
)
select (select count(*) from ours) as compared, w.idempotency_key, w.invoice_id, w.problem,
  w.is_open, (select count(*) from wrong) as all,
  (select count(*) from wrong where is_theirs and not is_open) as strange
from (values (1)) as one (row)
left join (select * from wrong order by is_open, idempotency_key limit 100) w on true
order by w.is_open, w.idempotency_key, w.problem
