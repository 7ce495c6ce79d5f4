-- Supersedes what was listed since nobody could say which debits it is of, and this message does: a
-- sum of debits or of returns, or a return that names no debit, known by the bank's reference of
-- the booking, by account, amount and day. Without a reference on both sides nobody can tell, and
-- it stays listed. Two statements (camt.053) never tell of one booking, so what one of them has is
-- not superseded by another. What a statement has so, it has: is_statement of what this message
-- tells. What is superseded is known where a file tells of it again.
-- Index: bank_entry_day_idx, bank_entry_digest_idx, bank_debit_end_to_end_key.
with told as materialized (
  select distinct t.booking, t.booking_ref, t.booking_minor, t.is_credit_booking, t.booked_on,
    t.currency, right(t.account, 4) as account, t.is_statement,
    a.request -> 'debit' ->> 'mandate' as mandate
  from bank_item t
  left join bank_debit d on d.end_to_end_id = t.end_to_end_id
  left join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
  where t.kind in ('return', 'collected') and t.booking_ref is not null
), met as materialized (
  select t.booking, e.entry_key, e.is_stated
  from told t
  join bank_entry e on e.booked_on = t.booked_on and e.booking_ref = t.booking_ref
    and e.booking_minor = t.booking_minor and e.is_credit = t.is_credit_booking
    and e.account = t.account and e.currency = t.currency
    and not (e.is_stated and t.is_statement)
  where e.cleared_at is null and (e.reason = 'details_missing'
    or e.reason = 'return_unknown' and e.words[2] is null and e.amount_minor = e.booking_minor
      and (e.mandate = t.mandate) is not false)
), superseded as (
  update bank_entry e
  set reason = 'superseded'
  where e.entry_key in (select m.entry_key from met m)
), stated as (
  update bank_item t
  set is_statement = true
  where t.kind in ('return', 'collected')
    and t.booking in (select m.booking from met m where m.is_stated)
), again as (
  select t.place, t.digest, right(t.account, 4) as account, t.booking_ref,
    row_number() over (partition by t.account, t.digest order by t.place) as turn
  from bank_item t
  where t.kind = 'listed' and t.reason in ('details_missing', 'return_unknown')
), known as (
  select e.entry_key, e.digest, e.account, e.booking_ref,
    row_number() over (partition by e.account, e.digest order by e.entry_key) as turn
  from bank_entry e
  where e.reason = 'superseded' and e.digest in (select a.digest from again a)
)
update bank_item t
set kind = 'known', entry_key = k.entry_key
from again a
join known k on k.account = a.account and k.digest = a.digest and k.turn = a.turn
  and (k.booking_ref = a.booking_ref) is not false
where t.place = a.place
