-- Judges anew credits of blocks that were listed since their amount was another one: where what was
-- not rejected of the block comes to it by now, all of it is noted as booked, with an event.
-- $1 moment timestamptz, $2 os_user text. Index: bank_entry_open_idx, bank_block_payment_key,
-- bank_debit_block_idx.
with fitting as materialized (
  select e.bank_entry_id, e.entry_key, e.booked_on, b.bank_file_id, b.block
  from bank_entry e
  join bank_block b on b.payment_id = e.reference
  where e.reason = 'block_differs' and e.is_credit and e.payment_id is null
    and e.cleared_at is null
    and e.amount_minor = (
      select sum(d.amount_minor)
      from bank_debit d
      join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
      where d.bank_file_id = b.bank_file_id and d.block = b.block and d.uncollected_on is null
        and (a.state <> 'declined' or a.returned_at is not null))
    and not exists (
      select from bank_debit d
      where d.bank_file_id = b.bank_file_id and d.block = b.block and d.booked_on is not null)
), one as materialized (
  select distinct on (f.bank_file_id, f.block) f.*
  from fitting f
  order by f.bank_file_id, f.block, f.bank_entry_id
), noted as (
  update bank_debit d
  set booked_on = o.booked_on
  from one o
  where d.bank_file_id = o.bank_file_id and d.block = o.block
), cleared as (
  update bank_entry e
  set cleared_at = $1::timestamptz, cleared_by = $2,
    note = 'what was not rejected of the block comes to it'
  from one o
  where e.bank_entry_id = o.bank_entry_id
  returning e.bank_entry_id, e.entry_key, e.note
)
insert into event (kind, subject_kind, subject_id, detail)
select 'bank_entry_cleared', 'bank_entry', c.bank_entry_id,
  jsonb_build_object('entry', c.entry_key, 'payment', null, 'note', c.note, 'os_user', $2::text)
from cleared c
