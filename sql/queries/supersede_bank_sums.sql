-- Supersedes what was listed since nobody could say which debits it is of, and this message does: a
-- sum of debits or of returns, known by account, amount and day, and by the reference where both
-- have one; a return that names nothing, known by all of these; a return of a mandate, known by
-- that, amount and day, but where two statements (camt.053) tell of them under two references.
-- Where two sums may be meant, both stay. What is superseded is known where a file tells of it
-- again.
-- Index: bank_entry_day_idx, bank_entry_digest_idx, bank_debit_end_to_end_key.
with told as materialized (
  select t.booking, t.booking_ref, t.booking_minor, t.is_credit_booking, t.booked_on, t.currency,
    t.is_credit, coalesce(t.amount_minor, d.amount_minor) as amount_minor,
    right(t.account, 4) as account, t.bank_ref, t.is_statement,
    a.request -> 'debit' ->> 'mandate' as mandate
  from bank_item t
  left join bank_debit d on d.end_to_end_id = t.end_to_end_id
  left join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
  where t.kind in ('return', 'collected')
), listed as materialized (
  select e.*
  from bank_entry e
  where e.booked_on in (select t.booked_on from told t) and e.cleared_at is null
    and e.reason in ('details_missing', 'return_unknown')
), sum as (
  select distinct t.booking, e.entry_key, e.detail_count,
    coalesce(e.booking_ref = t.booking_ref, false) as is_named
  from told t
  join listed e on e.booked_on = t.booked_on
    and (e.reason = 'details_missing' or e.words[2] is null and e.mandate is null
      and e.booking_ref = t.booking_ref and e.amount_minor = e.booking_minor)
    and e.booking_minor = t.booking_minor and e.is_credit = t.is_credit_booking
    and e.account = t.account and e.currency = t.currency
    and coalesce(e.booking_ref = t.booking_ref, true)
), counted as (
  select s.*, count(*) over (partition by s.booking) as count from sum s
), superseded as (
  update bank_entry e
  set reason = 'superseded'
  where e.entry_key in (
    select c.entry_key from counted c where c.is_named or c.count <= greatest(c.detail_count, 1)
    union all
    select e.entry_key
    from told t
    join listed e on e.reason = 'return_unknown' and e.mandate = t.mandate and e.words[2] is null
      and e.booked_on = t.booked_on and e.amount_minor = t.amount_minor
      and e.is_credit = t.is_credit and e.account = t.account and e.currency = t.currency
      and (e.is_statement and t.is_statement and e.bank_ref <> t.bank_ref) is not true)
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
  and coalesce(k.booking_ref = a.booking_ref, true)
where t.place = a.place
