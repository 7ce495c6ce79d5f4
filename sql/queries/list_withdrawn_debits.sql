-- Debits that wait for the next file and would collect what is no longer owed, or from an account
-- that is no longer meant.
-- $1 gateway text, $2 seller bigint. Out, in order: payment_attempt_id bigint.
-- Index: payment_attempt_live_key.
select d.payment_attempt_id
from pending_debit d
where d.gateway = $1 and d.seller_id = $2 and d.obstacle = 'withdrawn'
order by d.payment_attempt_id
