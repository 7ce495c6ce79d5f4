-- Finds what an earlier file told of in the same words, each kept entry for one transaction at
-- most. An entry without a reference has that of its match from now on, so that the next of the
-- same words is another.
-- $1 by text: both (the reference, too), booking (the reference of the booking, too), unkept (only
-- the transaction has a reference), named (only the entry has), unnamed (neither has).
-- Index: bank_entry_ref_idx, bank_entry_booking_idx, bank_entry_digest_idx.
with item as (
  select k.key, t.place, t.bank_ref, t.booking_ref,
    row_number() over (partition by k.key order by t.place) as turn
  from bank_item t
  cross join lateral (
    select jsonb_build_array(right(t.account, 4), t.digest,
      case $1 when 'both' then jsonb_build_array(t.bank_ref)
        when 'booking' then jsonb_build_array(t.booking_ref, t.booking_minor) end) as key) k
  where t.kind in ('transfer', 'listed', 'return')
    and case when $1 in ('both', 'unkept') then t.bank_ref is not null
      when $1 = 'booking' then t.booking_ref is not null else t.bank_ref is null end
), entry as (
  select k.key, e.entry_key, row_number() over (partition by k.key order by e.entry_key) as turn
  from bank_entry e
  cross join lateral (
    select jsonb_build_array(e.account, e.digest,
      case $1 when 'both' then jsonb_build_array(e.bank_ref)
        when 'booking' then jsonb_build_array(e.booking_ref, e.booking_minor) end) as key) k
  where e.reason is distinct from 'superseded' and e.digest in (select t.digest from bank_item t)
    and not exists (select from bank_item t where t.entry_key = e.entry_key)
    and case when $1 in ('both', 'named') then e.bank_ref is not null
      when $1 = 'booking' then e.booking_ref is not null else e.bank_ref is null end
), met as materialized (
  select i.place, i.bank_ref, i.booking_ref, e.entry_key
  from item i
  join entry e on e.key = i.key and e.turn = i.turn
), learned as (
  update bank_entry e
  set bank_ref = m.bank_ref, booking_ref = coalesce(e.booking_ref, m.booking_ref)
  from met m
  where e.entry_key = m.entry_key and e.bank_ref is null and m.bank_ref is not null
)
update bank_item t
set kind = 'known', entry_key = m.entry_key
from met m
where t.place = m.place
