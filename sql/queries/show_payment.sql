-- A payment, with what of it went back.
-- $1 payment id bigint. No row where there is none.
-- Out: payment_id, customer_id bigint, currency text, amount bigint, received_on date,
-- payment_source_id bigint (null where no gateway charged it); bigint in minor units: refunded,
-- returned; is_disputed, was_disputed (a dispute was lost) boolean.
-- Index: payment_pkey, refund_payment_idx, payment_return_payment_idx.
select p.payment_id, p.customer_id, p.currency::text as currency, p.amount_minor as amount,
  p.received_on, p.payment_source_id,
  coalesce((
    select sum(r.amount_minor) from refund r
    where r.payment_id = p.payment_id and r.state <> 'declined'), 0)::bigint as refunded,
  coalesce((
    select sum(r.amount_minor) from payment_return r
    where r.payment_id = p.payment_id and r.state = 'returned'), 0)::bigint as returned,
  exists (
    select from payment_return r where r.payment_id = p.payment_id and r.state = 'disputed')
    as is_disputed,
  exists (
    select from payment_return r
    where r.payment_id = p.payment_id and r.kind = 'dispute' and r.state = 'returned')
    as was_disputed
from payment p
where p.payment_id = $1
