-- Clears listed credits of rejected debits that a bank has taken back since, with an event: the
-- money came and went. One that is a part of a block is, once what else stands of the block comes
-- to the booking.
-- $1 moment timestamptz, $2 os_user text.
-- Index: bank_entry_open_idx, bank_debit_end_to_end_key, bank_block_payment_key,
-- bank_debit_block_idx.
with listed as materialized (
  select e.bank_entry_id, e.words[2] is null as is_part, e.reference, e.booking_minor, e.booked_on
  from bank_entry e
  where e.reason = 'declined_collected' and e.payment_id is null and e.cleared_at is null
), gone as (
  select l.bank_entry_id
  from listed l
  join bank_debit d on d.end_to_end_id = split_part(l.reference, ' ', 1)
  where not l.is_part and d.returned_on >= l.booked_on
  union all
  select l.bank_entry_id
  from listed l
  join bank_block b on b.payment_id = l.reference
  where l.is_part and l.booking_minor = (
    select sum(d.amount_minor)
    from bank_debit d
    join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
    where d.bank_file_id = b.bank_file_id and d.block = b.block
      and (d.returned_on is not null
        or (a.state <> 'declined' or a.returned_at is not null) and d.uncollected_on is null))
), cleared as (
  update bank_entry e
  set cleared_at = $1::timestamptz, cleared_by = $2, note = 'the bank has taken it back'
  where e.bank_entry_id in (select g.bank_entry_id from gone g)
  returning e.bank_entry_id, e.entry_key, e.note
)
insert into event (kind, subject_kind, subject_id, detail)
select 'bank_entry_cleared', 'bank_entry', c.bank_entry_id,
  jsonb_build_object('entry', c.entry_key, 'payment', null, 'note', c.note, 'os_user', $2::text)
from cleared c
