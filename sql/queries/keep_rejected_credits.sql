-- Keeps what the bank had credited of debits before it rejected them, as doubt_declined_credits.sql
-- lists what it credits after, and of those whose return is forgotten: money came in that nobody
-- collects by the books.
-- $1 payment attempts int8[], $2 our accounts text[].
-- Out, in order: entry_key, payer, reference text, booked_on date, currency text, amount bigint in
-- minor units, reason text. Index: bank_debit_pkey, bank_entry_digest_idx.
with debit as materialized (
  select d.end_to_end_id, d.booked_on, d.amount_minor, o.account, n.debtor, w.words,
    md5(jsonb_build_array(true, d.booked_on, 'EUR', d.amount_minor, w.words)::text) as digest
  from bank_debit d
  join bank_file f on f.bank_file_id = d.bank_file_id
  join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id 
    and a.state in ('declined', 'returned')
  cross join lateral (select a.request -> 'debit' ->> 'debtor' as debtor) n
  cross join lateral (
    select array[bank_words(n.debtor), bank_words(d.end_to_end_id), null, null] as words) w
  cross join lateral (
    select coalesce(max(right(i.account, 4)), '') as account
    from unnest($2::text[]) as i (account) where md5(i.account) = f.account) o
  where d.payment_attempt_id = any($1::bigint[]) and d.booked_on is not null
    and d.returned_on is null
), kept as (
  insert into bank_entry (entry_key, account, booking_minor, detail_count, digest, words, is_credit,
    booked_on, currency, amount_minor, payer, reference, reason)
  select concat_ws(' ', d.account, d.digest, 1 + (
      select count(*) from bank_entry e where e.account = d.account and e.digest = d.digest)),
    d.account, d.amount_minor, 1, d.digest, d.words, true, d.booked_on, 'EUR', d.amount_minor,
    d.debtor, d.end_to_end_id, 'declined_collected'
  from debit d
  returning *
)
select k.entry_key, k.payer, k.reference, k.booked_on, k.currency, k.amount_minor as amount,
  k.reason
from kept k
order by k.entry_key
