-- How many charges and refunds of a seller are unknown since before a moment (RULES 4).
-- $1 seller bigint, $2 moment timestamptz. Out: count bigint.
-- Index: payment_attempt_live_key, refund_open_idx.
select count(*) as count
from (
  select 1
  from payment_attempt a
  join invoice i on i.invoice_id = a.invoice_id
  where a.state in ('intended', 'unknown') and a.intended_at < $2 and i.seller_id = $1
  union all
  select 1
  from refund r
  join payment p on p.payment_id = r.payment_id
  join customer c on c.customer_id = p.customer_id
  where r.state in ('intended', 'unknown') and r.intended_at < $2 and c.seller_id = $1) overdue
