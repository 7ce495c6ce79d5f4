-- Debits that are in no file yet for a reason, the oldest first.
-- $1 gateway text, $2 seller bigint, $3 as-of day date, $4 notice text, $5 limit bigint.
-- Out: payment_attempt_id, invoice_id bigint, number, reason text (no_notice, closed, disputed,
-- declined_collected).
-- Index: payment_attempt_live_key, message_invoice_idx.
select d.payment_attempt_id, d.invoice_id, d.number, coalesce(d.obstacle, 'no_notice') as reason
from pending_debit d
where d.gateway = $1 and d.seller_id = $2 and d.as_of <= $3
  and (d.obstacle is not null
    or case $4 when 'elsewhere' then d.told_on else d.mailed_on end is null)
order by d.payment_attempt_id
limit $5
