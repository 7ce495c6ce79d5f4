-- Forgets that debits were credited, where a camt.052 or camt.054 alone told it, the statements
-- (camt.053) of its day are read by now and do not have it, and their money was not booked yet.
-- Out, in order: subject text: the block, told text.
-- Index: bank_debit_unstated_booking_idx, bank_block_pkey.
with doubted as materialized (
  select s.account, d.bank_file_id, d.block, d.booked_on, sum(d.amount_minor)::bigint as minor
  from (select distinct t.account from told_statement t where t.currency = 'EUR') s
  join bank_file f on f.account = md5(s.account)
  join bank_debit d on d.bank_file_id = f.bank_file_id and not d.is_booking_stated
    and d.settled_on is null and d.returned_on is null
    and d.booked_on >= (
      select min(least(k.opened_on, k.closed_on)) from bank_statement k
      where k.account = md5(s.account))
  group by s.account, d.bank_file_id, d.block, d.booked_on
), lacking as materialized (
  select b.bank_file_id, b.block, b.payment_id, o.booked_on
  from doubted o
  join bank_block b on b.bank_file_id = o.bank_file_id and b.block = o.block
  where statement_covers(o.account, 'EUR', o.booked_on)
    and not statement_may_have(
      o.account, 'EUR', o.booked_on, o.minor, b.payment_id, array[null, null, null, null]::text[])
), forgotten as (
  update bank_debit d
  set booked_on = null, booked_ref = null, booked_account = null
  from lacking l
  where d.bank_file_id = l.bank_file_id and d.block = l.block and d.booked_on = l.booked_on
    and not d.is_booking_stated and d.settled_on is null and d.returned_on is null
)
select 'block ' || l.payment_id as subject,
  format('in a camt.052 or camt.054 that it credited it on %s, and in no statement of that day',
    l.booked_on) as told
from lacking l
order by l.payment_id, l.booked_on
