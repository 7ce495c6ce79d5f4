-- What waits for the next file to a bank, by when payers were told of it.
-- $1 gateway text, $2 seller bigint, $3 as-of day date, $4 notice text (invoice_mail, elsewhere).
-- Out, in order: noticed_on date (null for not yet), notice_days integer, scheme, obstacle text
-- (null for none), count, amount bigint in minor units.
-- Index: payment_attempt_live_key, message_invoice_idx.
select case $4 when 'elsewhere' then d.told_on else d.mailed_on end as noticed_on, d.notice_days,
  d.scheme, d.obstacle, count(*) as count, sum(d.amount_minor)::bigint as amount
from pending_debit d
where d.gateway = $1 and d.seller_id = $2 and d.as_of <= $3
group by 1, 2, 3, 4
order by 1, 2, 3, 4
