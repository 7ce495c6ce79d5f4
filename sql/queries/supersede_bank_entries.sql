-- A booking that two files tell of, in one as a sum and in one by its transactions, is known by the
-- bank's reference, its amount and its day. The transactions are taken, and the sum is superseded,
-- unless it became a payment; a sum is known where its transactions were kept. Where the day is
-- another one, up to a week away, nobody can say, and it is listed.
-- Index: bank_entry_booking_idx.
with met as materialized (
  select t.booking, k.is_told, k.is_day,
    array_agg(e.entry_key) filter (where not k.is_told) as sums
  from bank_item t
  join bank_entry e on e.booking_ref = t.booking_ref and e.booking_minor = t.booking_minor
    and e.account = right(t.account, 4) and e.currency = t.currency and e.is_credit
    and e.detail_count <> t.detail_count and abs(e.booked_on - t.booked_on) <= 7
    and (e.reason is distinct from 'superseded' or e.detail_count > t.detail_count)
  cross join lateral (
    select e.payment_id is not null or e.detail_count > t.detail_count as is_told,
      e.booked_on = t.booked_on as is_day) k
  where t.is_credit and t.kind in ('transfer', 'listed')
  group by t.booking, k.is_told, k.is_day
), told as (
  select m.booking, bool_or(m.is_day) as is_day
  from met m
  where m.is_told
  group by m.booking
), superseded as (
  update bank_entry e
  set reason = 'superseded'
  from met m
  where m.is_day and not m.is_told and e.entry_key = any(m.sums)
    and not exists (select from told o where o.booking = m.booking and o.is_day)
)
update bank_item t
set kind = case when o.is_day then 'known' else 'listed' end,
  reason = case when not o.is_day then coalesce(t.reason, 'reference_again') end
from told o
where t.booking = o.booking and t.kind in ('transfer', 'listed')
