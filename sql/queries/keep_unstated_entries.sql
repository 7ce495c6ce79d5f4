-- Keeps what a camt.052 or camt.054 alone told and is booked, and the statements (camt.053) of its
-- day, which are read by now, do not have: transfers that became payments, and debits whose money
-- was booked to the bank.
-- Out, in order: entry_key, payer, reference text, booked_on date, currency text, amount bigint in
-- minor units, reason text. Index: bank_entry_unstated_idx, bank_debit_unstated_booking_idx.
with account as materialized (
  select t.account, t.currency, (
      select min(least(k.opened_on, k.closed_on)) from bank_statement k
      where k.account = md5(t.account) and k.currency = t.currency) as since
  from told_statement t
  group by t.account, t.currency
), credited as materialized (
  select s.account, s.currency, d.bank_file_id, d.block, d.booked_on,
    sum(d.amount_minor)::bigint as amount_minor
  from account s
  join bank_file f on f.account = md5(s.account)
  join bank_debit d on d.bank_file_id = f.bank_file_id and d.booked_on >= s.since
    and not d.is_booking_stated and d.settled_on is not null
  where s.currency = 'EUR'
  group by s.account, s.currency, d.bank_file_id, d.block, d.booked_on
), day as materialized (
  select d.account, d.currency, d.booked_on
  from (
    select distinct s.account, s.currency, e.booked_on
    from account s
    join bank_entry e on e.account = right(s.account, 4) and e.currency = s.currency
      and e.booked_on >= s.since
    where not e.is_stated and e.payment_id is not null and e.cleared_at is null) d
  where statement_covers(d.account, d.currency, d.booked_on)
), unstated as materialized (
  select e.entry_key || ' unstated' as key, e.account, e.booked_on, e.currency, e.amount_minor,
    e.payer, concat_ws(', ', 'payment ' || e.payment_id, e.reference) as reference
  from day s
  join bank_entry e on e.account = right(s.account, 4) and e.currency = s.currency
    and e.booked_on = s.booked_on
  where not e.is_stated and e.payment_id is not null and e.cleared_at is null
    and not statement_may_have(
      s.account, s.currency, e.booked_on, e.amount_minor, null, e.words)
  union
  select concat_ws(' ', right(c.account, 4), b.payment_id, c.booked_on, 'unstated'),
    right(c.account, 4), c.booked_on, c.currency, c.amount_minor, null, b.payment_id
  from credited c
  join bank_block b on b.bank_file_id = c.bank_file_id and b.block = c.block
  where statement_covers(c.account, c.currency, c.booked_on)
    and not statement_may_have(c.account, c.currency, c.booked_on, c.amount_minor, b.payment_id,
      array[null, null, null, null]::text[])
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
