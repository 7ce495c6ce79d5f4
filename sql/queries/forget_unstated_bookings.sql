-- Forgets that debits were credited, where a camt.052 or camt.054 alone told it, the statements
-- (camt.053) of its day are read by now and do not have it, and their money was not booked yet.
-- Out, in order: subject text: the block, told text.
-- Index: bank_debit_unstated_booking_idx, bank_block_pkey.
with lacking as materialized (
  select distinct d.payment_attempt_id, d.bank_file_id, d.block, d.booked_on
  from told_statement s
  join bank_debit d on d.booked_on between least(s.opened_on, s.closed_on) - 7 and s.closed_on
    and not d.is_booking_stated and d.settled_on is null and d.returned_on is null
  join bank_file f on f.bank_file_id = d.bank_file_id and f.account = md5(s.account)
  where s.currency = 'EUR'
    and statement_lacks(s.account, s.currency, d.booked_on, true, d.amount_minor)
), forgotten as (
  update bank_debit d
  set booked_on = null, booked_ref = null
  from lacking l
  where d.payment_attempt_id = l.payment_attempt_id
)
select 'block ' || b.payment_id as subject,
  format('in a camt.052 or camt.054 that it credited it on %s, and in no statement of that day',
    l.booked_on) as told
from lacking l
join bank_block b on b.bank_file_id = l.bank_file_id and b.block = l.block
group by b.payment_id, l.booked_on
order by b.payment_id, l.booked_on
