-- A booking that two files tell of, in one as a sum and in one by its transactions, is known by the
-- bank's reference and its amount. The transactions are taken, and the sum is superseded, unless
-- it became a payment; a sum is known where its transactions were kept.
-- Index: bank_entry_booking_idx.
with met as materialized (
  select t.booking, bool_or(
      e.payment_id is not null or e.detail_count > t.detail_count) as is_known,
    array_agg(e.entry_key) filter (where e.detail_count < t.detail_count) as sums
  from bank_item t
  join bank_entry e on e.booking_ref = t.booking_ref and e.booking_minor = t.booking_minor
    and e.account = right(t.account, 4) and e.currency = t.currency and e.is_credit
    and e.detail_count <> t.detail_count
    and (e.reason is distinct from 'superseded' or e.detail_count > t.detail_count)
  where t.is_credit and t.kind in ('transfer', 'listed')
  group by t.booking
), superseded as (
  update bank_entry e
  set reason = 'superseded'
  from met m
  where not m.is_known and e.entry_key = any(m.sums)
)
update bank_item t
set kind = 'known'
from met m
where m.is_known and t.booking = m.booking and t.kind in ('transfer', 'listed')
