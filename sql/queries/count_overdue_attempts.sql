-- How many charges of a seller are unknown since before a moment (RULES 4).
-- $1 seller bigint, $2 moment timestamptz. Out: count bigint. Index: payment_attempt_live_key.
select count(*) as count
from payment_attempt a
join invoice i on i.invoice_id = a.invoice_id
where a.state in ('intended', 'unknown') and a.intended_at < $2 and i.seller_id = $1
