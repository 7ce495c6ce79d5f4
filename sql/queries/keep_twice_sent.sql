-- Keeps debits that a bank rejects since it has them already, and that no statement has credited:
-- one by one, or as a block where all that is pending of it is. They are not approved before their
-- credit is told, or a person has dealt with the entry (RULES 4).
-- $1 payment attempts int8[], $2 reasons text[], $3 our accounts text[].
-- Index: bank_debit_pkey, bank_debit_block_idx, bank_entry_pkey.
with debit as materialized (
  select d.payment_attempt_id, d.end_to_end_id, d.bank_file_id, d.block, d.amount_minor,
    b.payment_id, b.collected_on, h.reason, a.request -> 'debit' ->> 'debtor' as debtor, o.account
  from unnest($1::bigint[], $2::text[]) as h (payment_attempt_id, reason)
  join bank_debit d on d.payment_attempt_id = h.payment_attempt_id and d.booked_on is null
  join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id and a.state = 'pending'
  join bank_block b on b.bank_file_id = d.bank_file_id and b.block = d.block
  join bank_file f on f.bank_file_id = d.bank_file_id
  cross join lateral (
    select coalesce(max(right(i.account, 4)), '') as account
    from unnest($3::text[]) as i (account) where md5(i.account) = f.account) o
), whole as materialized (
  select d.bank_file_id, d.block
  from debit d
  group by d.bank_file_id, d.block
  having count(*) > 1 and count(*) = (
    select count(*)
    from bank_debit o
    join payment_attempt a on a.payment_attempt_id = o.payment_attempt_id
    where o.bank_file_id = d.bank_file_id and o.block = d.block and a.state = 'pending')
), told as (
  select d.end_to_end_id as reference, bank_words(d.end_to_end_id) as id, d.debtor,
    d.amount_minor, d.collected_on, d.account
  from debit d
  where (d.bank_file_id, d.block) not in (select w.bank_file_id, w.block from whole w)
  union all
  select d.payment_id, null, null, sum(d.amount_minor), d.collected_on, d.account
  from debit d
  where (d.bank_file_id, d.block) in (select w.bank_file_id, w.block from whole w)
  group by d.payment_id, d.collected_on, d.account
), keyed as (
  select t.*, concat_ws(' ', t.account, t.reference, 'sent twice') as key
  from told t
)
insert into bank_entry (entry_key, account, booking_minor, detail_count, digest, words, is_credit,
  booked_on, currency, amount_minor, payer, reference, reason)
select k.key, k.account, k.amount_minor, 0, k.key, array[null, k.id, null, null], false,
  k.collected_on, 'EUR', k.amount_minor, k.debtor, k.reference, 'sent_twice'
from keyed k
on conflict on constraint bank_entry_pkey do nothing
