-- Judges anew credits of blocks that were listed since their amount was another one: where what was
-- not rejected of the block comes to one of them by now, or to all of them, that is noted as
-- booked, with an event for each. What names a debit of the block is that one's. Equal amounts, one
-- of a statement and one of a notice, are perhaps one booking, and are not added up.
-- $1 moment timestamptz, $2 os_user text.
-- Out, in order: bank_file_id bigint, entry_key text. Index: bank_entry_open_idx,
-- bank_block_payment_key, bank_debit_block_idx.
with listed as materialized (
  select e.bank_entry_id, e.booked_on, e.amount_minor, e.is_statement, b.bank_file_id, b.block
  from bank_entry e
  join bank_block b on b.payment_id = e.reference
  where e.reason = 'block_differs' and e.is_credit and e.payment_id is null
    and e.cleared_at is null
    and not exists (
      select from bank_debit d
      where d.bank_file_id = b.bank_file_id and d.block = b.block
        and (d.booked_on is not null or bank_words(d.end_to_end_id) = e.words[2]))
), standing as (
  select d.bank_file_id, d.block, sum(d.amount_minor) as amount_minor
  from bank_debit d
  join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
  where (d.bank_file_id, d.block) in (select l.bank_file_id, l.block from listed l)
    and d.uncollected_on is null and (a.state <> 'declined' or a.returned_at is not null)
  group by d.bank_file_id, d.block
), found as (
  select l.bank_file_id, l.block, l.amount_minor, l.booked_on, l.is_statement,
    array[l.bank_entry_id] as entries
  from listed l
  union all
  select l.bank_file_id, l.block, sum(l.amount_minor), max(l.booked_on), bool_and(l.is_statement),
    array_agg(l.bank_entry_id order by l.bank_entry_id)
  from listed l
  group by l.bank_file_id, l.block
  having count(*) > 1
    and count(distinct (l.amount_minor, l.is_statement)) = count(distinct l.amount_minor)
), fitting as materialized (
  select distinct on (f.bank_file_id, f.block) f.*
  from found f
  join standing s on s.bank_file_id = f.bank_file_id and s.block = f.block
    and s.amount_minor = f.amount_minor
  order by f.bank_file_id, f.block, cardinality(f.entries), f.entries
), noted as (
  update bank_debit d
  set booked_on = f.booked_on, is_booking_stated = f.is_statement, booked_account = (
    select e.account from bank_entry e where e.bank_entry_id = f.entries[1])
  from fitting f, payment_attempt a
  where d.bank_file_id = f.bank_file_id and d.block = f.block
    and a.payment_attempt_id = d.payment_attempt_id
    and (a.state <> 'declined' or a.returned_at is not null)
), cleared as (
  update bank_entry e
  set cleared_at = $1::timestamptz, cleared_by = $2,
    note = 'what was not rejected of the block comes to it'
      || case when cardinality(f.entries) > 1 then ' and its others' else '' end
  from fitting f
  where e.bank_entry_id = any(f.entries)
  returning f.bank_file_id, e.bank_entry_id, e.entry_key, e.note
), told as (
  insert into event (kind, subject_kind, subject_id, detail)
  select 'bank_entry_cleared', 'bank_entry', c.bank_entry_id,
    jsonb_build_object('entry', c.entry_key, 'payment', null, 'note', c.note, 'os_user', $2::text)
  from cleared c
)
select c.bank_file_id, c.entry_key from cleared c order by c.bank_file_id, c.entry_key
