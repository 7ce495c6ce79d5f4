-- Keeps returns of debits that no statement (camt.053) has credited, though all from the day of
-- their collection to that of the return are read: the bank took back what it never gave. One is
-- cleared, with an event, once its credit is told after all.
-- $1 moment timestamptz, $2 os_user text.
-- Out, in order: entry_key, payer, reference text, booked_on date, currency text, amount bigint in
-- minor units, reason text. Index: bank_debit_unbooked_idx, bank_entry_pkey, bank_entry_open_idx.
with cleared as (
  update bank_entry e
  set cleared_at = $1::timestamptz, cleared_by = $2, note = 'its credit was told since'
  from bank_debit d
  where e.reason = 'returned_uncredited' and e.payment_id is null and e.cleared_at is null
    and d.end_to_end_id = e.reference
    and (d.booked_on is not null or exists (
      select from bank_entry o
      where o.is_credit and o.reason is distinct from 'superseded'
        and (o.words[2] = bank_words(d.end_to_end_id)
          or split_part(o.reference, ' ', 1) = d.end_to_end_id)))
  returning e.bank_entry_id, e.entry_key, e.note
), noted as (
  insert into event (kind, subject_kind, subject_id, detail)
  select 'bank_entry_cleared', 'bank_entry', c.bank_entry_id,
    jsonb_build_object('entry', c.entry_key, 'payment', null, 'note', c.note, 'os_user', $2::text)
  from cleared c
), returned as materialized (
  select concat_ws(' ', right(s.account, 4), d.end_to_end_id, 'uncredited') as key, s.account,
    d.end_to_end_id, d.amount_minor, d.returned_on, b.payment_id, b.collected_on,
    a.request -> 'debit' ->> 'debtor' as debtor
  from (select distinct t.account from told_statement t where t.currency = 'EUR') s
  join bank_file f on f.account = md5(s.account)
  join bank_debit d on d.bank_file_id = f.bank_file_id and d.booked_on is null
    and d.uncollected_on is null and d.returned_on is not null and d.is_return_stated
  join bank_block b on b.bank_file_id = d.bank_file_id and b.block = d.block
  join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
    and a.state in ('declined', 'returned')
), lacking as (
  select r.*
  from returned r
  where not exists (select from bank_entry e where e.entry_key = r.key)
    and statement_covers(r.account, 'EUR', r.collected_on)
    and statement_covers(r.account, 'EUR', r.returned_on)
    and not exists (
      select from bank_entry e
      where e.is_credit and e.reason is distinct from 'superseded'
        and (e.words[2] = bank_words(r.end_to_end_id)
          or split_part(e.reference, ' ', 1) = r.end_to_end_id
          or e.reference = r.payment_id and e.payment_id is null and e.cleared_at is null))
    -- What is open may be it.
    and not statement_may_have(r.account, 'EUR', r.collected_on, r.amount_minor, r.payment_id,
      array[bank_words(r.debtor), bank_words(r.end_to_end_id), null, null]::text[])
), kept as (
  insert into bank_entry (entry_key, account, booking_minor, detail_count, digest, words, is_credit,
    booked_on, currency, amount_minor, payer, reference, reason, is_statement, is_stated)
  select l.key, right(l.account, 4), l.amount_minor, 0, l.key, array[]::text[], false,
    l.returned_on, 'EUR', l.amount_minor, l.debtor, l.end_to_end_id, 'returned_uncredited', true,
    true
  from lacking l
  returning *
)
select k.entry_key, k.payer, k.reference, k.booked_on, k.currency, k.amount_minor as amount,
  k.reason
from kept k
order by k.entry_key
