-- Clears debits that the bank had already, with an event, once a statement has credited them, or
-- they are pending no longer.
-- $1 moment timestamptz, $2 os_user text.
-- Index: bank_entry_open_idx, bank_debit_end_to_end_key, bank_block_payment_key,
-- bank_debit_block_idx.
with cleared as (
  update bank_entry e
  set cleared_at = $1::timestamptz, cleared_by = $2, note = 'it is credited, or ended'
  where e.reason = 'sent_twice' and e.payment_id is null and e.cleared_at is null
    and not exists (
      select from bank_debit d
      join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
      where d.end_to_end_id = e.reference and a.state = 'pending' and d.booked_on is null)
    and not exists (
      select from bank_block b
      join bank_debit d on d.bank_file_id = b.bank_file_id and d.block = b.block
      join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
      where b.payment_id = e.reference and a.state = 'pending' and d.booked_on is null)
  returning e.bank_entry_id, e.entry_key, e.note
)
insert into event (kind, subject_kind, subject_id, detail)
select 'bank_entry_cleared', 'bank_entry', c.bank_entry_id,
  jsonb_build_object('entry', c.entry_key, 'payment', null, 'note', c.note, 'os_user', $2::text)
from cleared c
