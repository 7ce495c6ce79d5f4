-- Notes when the bank has booked debits, alone or with their block, which says that it had their
-- files. What it books once more, in another booking of the message, on another day, to another
-- account, or by another statement (camt.053) under another reference, is listed: it is money of
-- which nobody knows what it is. Of a block that is booked without what was rejected of it, that is
-- not noted as booked.
-- Out: bank_file_id bigint of the files that it had. Index: bank_block_payment_key,
-- bank_debit_end_to_end_key, bank_debit_block_idx.
with block as materialized (
  select t.place, b.bank_file_id, b.block, t.amount_minor,
    coalesce(sum(d.amount_minor) filter (
      where a.state <> 'declined' and d.uncollected_on is null), 0) as standing_minor,
    coalesce(sum(d.amount_minor) filter (
      where a.state <> 'declined' and d.uncollected_on is null or d.returned_on is not null), 0)
      as returned_minor
  from bank_item t
  join bank_block b on b.payment_id = t.payment_ref
  join bank_debit d on d.bank_file_id = b.bank_file_id and d.block = b.block
  join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
  where t.kind = 'collected'
    and not exists (select from bank_debit o where o.end_to_end_id = t.end_to_end_id)
  group by t.place, b.bank_file_id, b.block, t.amount_minor
), one as (
  select t.place, t.booked_on, case when t.is_statement then t.booking_ref end as booked_ref,
    t.is_statement, d.payment_attempt_id, d.bank_file_id, d.booked_on as known_on,
    d.booked_ref as known_ref, right(t.account, 4) as account, d.booked_account as known_account
  from bank_item t
  join bank_debit d on d.end_to_end_id = t.end_to_end_id
  where t.kind = 'collected'
  union all
  select t.place, t.booked_on, case when t.is_statement then t.booking_ref end,
    t.is_statement, d.payment_attempt_id, d.bank_file_id, d.booked_on, d.booked_ref,
    right(t.account, 4), d.booked_account
  from block b
  join bank_item t on t.place = b.place
  join bank_debit d on d.bank_file_id = b.bank_file_id and d.block = b.block
  join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
  where a.state <> 'declined' or case when d.returned_on is null
    then b.amount_minor not in (b.standing_minor, b.returned_minor)
    else b.amount_minor <> b.standing_minor end
), told as materialized (
  select o.*, min(o.place) over (partition by o.payment_attempt_id) as first
  from one o
), again as (
  select t.place, bool_and(a.state = 'declined') and count(*) = 1 as is_declined
  from told t
  join payment_attempt a on a.payment_attempt_id = t.payment_attempt_id
  where t.place <> t.first or t.booked_on <> t.known_on or t.booked_ref <> t.known_ref
    or t.account <> t.known_account
  group by t.place
), noted as (
  update bank_debit d
  set booked_on = t.booked_on, booked_ref = coalesce(t.booked_ref, d.booked_ref),
    booked_account = t.account,
    is_booking_stated = d.is_booking_stated or t.is_statement
  from told t
  where d.payment_attempt_id = t.payment_attempt_id
    and (d.booked_on is null or d.booked_ref is null and t.booked_ref is not null
      or t.is_statement and not d.is_booking_stated)
    and t.place not in (select a.place from again a)
), listed as (
  update bank_item t
  set kind = 'listed',
    reason = case when a.is_declined and t.end_to_end_id is not null then 'declined_collected'
      else 'booked_again' end
  from again a
  where t.place = a.place
)
select distinct t.bank_file_id from told t order by t.bank_file_id
