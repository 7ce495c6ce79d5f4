-- Keeps what a camt.052 or camt.054 alone told and is booked, and the statements (camt.053) of its
-- day, which are read by now, do not have: transfers that became payments, and debits whose money
-- was booked to the bank.
-- Out, in order: entry_key, payer, reference text, booked_on date, currency text, amount bigint in
-- minor units, reason text. Index: bank_entry_unstated_idx, bank_debit_unstated_booking_idx.
with unstated as materialized (
  select e.entry_key || ' unstated' as key, e.account, e.booked_on, e.currency, e.amount_minor,
    e.payer, concat_ws(', ', 'payment ' || e.payment_id, e.reference) as reference
  from told_statement s
  join bank_entry e on e.account = right(s.account, 4) and e.currency = s.currency
    and e.booked_on between least(s.opened_on, s.closed_on) - 7 and s.closed_on
  where not e.is_stated and e.payment_id is not null and e.cleared_at is null
    and statement_lacks(s.account, s.currency, e.booked_on, true, e.amount_minor)
  union
  select concat_ws(' ', right(s.account, 4), b.payment_id, d.booked_on, 'unstated'),
    right(s.account, 4), d.booked_on, s.currency, sum(d.amount_minor), null, b.payment_id
  from told_statement s
  join bank_debit d on d.booked_on between least(s.opened_on, s.closed_on) - 7 and s.closed_on
    and not d.is_booking_stated and d.settled_on is not null
  join bank_file f on f.bank_file_id = d.bank_file_id and f.account = md5(s.account)
  join bank_block b on b.bank_file_id = d.bank_file_id and b.block = d.block
  where s.currency = 'EUR'
    and statement_lacks(s.account, s.currency, d.booked_on, true, d.amount_minor)
  group by s.statement, s.account, s.currency, b.payment_id, d.booked_on
), kept as (
  insert into bank_entry (entry_key, account, booking_minor, detail_count, digest, words, is_credit,
    booked_on, currency, amount_minor, payer, reference, reason)
  select u.key, u.account, u.amount_minor, 0, u.key, array[]::text[], true, u.booked_on, u.currency,
    u.amount_minor, u.payer, u.reference, 'not_in_statement'
  from unstated u
  on conflict on constraint bank_entry_pkey do nothing
  returning *
)
select k.entry_key, k.payer, k.reference, k.booked_on, k.currency, k.amount_minor as amount,
  k.reason
from kept k
order by k.entry_key
