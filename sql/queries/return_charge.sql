-- Notes that all of a charge came back that brought a payment,.
-- $1 payment bigint, $2 moment timestamptz.
-- Index: payment_pkey, payment_attempt_pkey, payment_return_payment_idx, refund_payment_idx.
update payment_attempt t
set state = 'returned', returned_at = $2
from payment p
where p.payment_id = $1 and t.payment_attempt_id = p.payment_attempt_id and t.state = 'approved'
  and p.amount_minor <= (
    select coalesce(sum(r.amount_minor), 0) from payment_return r
    where r.payment_id = p.payment_id and r.state = 'returned') + (
    select coalesce(sum(f.amount_minor), 0) from refund f
    where f.payment_id = p.payment_id and f.state = 'approved')
