-- Clears what was listed since a statement (camt.053) was missing, or did not have it, with an
-- event, once one that is read has it.
-- $1 moment timestamptz, $2 os_user text.
-- Index: bank_entry_open_idx, bank_entry_pkey, bank_block_payment_key, bank_debit_block_idx.
with open as materialized (
  select e.bank_entry_id, e.entry_key, e.reason, e.reference, e.booked_on
  from bank_entry e
  where e.reason in ('balance_gap', 'not_in_statement') and e.payment_id is null
    and e.cleared_at is null
), found as (
  select o.bank_entry_id
  from open o
  where case
    when o.reason = 'balance_gap' then not exists (
      select from statement_gap g
      where g.bank_statement_id = split_part(o.entry_key, ' ', 3)::bigint)
    else exists (
        select from bank_entry e
        where e.entry_key = left(o.entry_key, -length(' unstated')) and e.is_stated)
      or exists (
        select from bank_block b
        join bank_debit d on d.bank_file_id = b.bank_file_id and d.block = b.block
        where b.payment_id = o.reference and d.booked_on = o.booked_on
        having bool_and(d.is_booking_stated)) end
), cleared as (
  update bank_entry e
  set cleared_at = $1::timestamptz, cleared_by = $2, note = 'a statement has it by now'
  where e.bank_entry_id in (select f.bank_entry_id from found f)
  returning e.bank_entry_id, e.entry_key, e.note
)
insert into event (kind, subject_kind, subject_id, detail)
select 'bank_entry_cleared', 'bank_entry', c.bank_entry_id,
  jsonb_build_object('entry', c.entry_key, 'payment', null, 'note', c.note, 'os_user', $2::text)
from cleared c
