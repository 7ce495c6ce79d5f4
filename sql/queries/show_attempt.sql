-- An attempt, with the day on which it is looked at.
-- $1 attempt bigint, $2 moment timestamptz. Out: seller_id bigint, state text, today date.
-- Index: payment_attempt_pkey.
select i.seller_id, a.state, ($2::timestamptz at time zone s.time_zone)::date as today
from payment_attempt a
join invoice i on i.invoice_id = a.invoice_id
join seller s on s.seller_id = i.seller_id
where a.payment_attempt_id = $1
