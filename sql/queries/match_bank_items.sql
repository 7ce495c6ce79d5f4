-- Finds what an earlier file told of, each kept entry for one transaction at most: by the bank's
-- reference and the amount, or by what it says where one of the two has no reference. An entry
-- without one has that of its match from now on, so that the next of the same words is another.
-- $1 by text: both, booking, reference, unnamed (the transaction has no reference), unkept (the
-- entry has none). Index: bank_entry_ref_idx, bank_entry_booking_idx, bank_entry_digest_idx.
with item as (
  select k.key, t.place, t.bank_ref, t.booking_ref,
    row_number() over (partition by k.key order by t.place) as turn
  from bank_item t
  cross join lateral (
    select case $1
      when 'both' then jsonb_build_array(t.bank_ref, t.amount_minor, t.digest)
      when 'booking' then jsonb_build_array(t.booking_ref, t.booking_minor, t.digest)
      when 'reference' then jsonb_build_array(t.bank_ref, t.amount_minor)
      else jsonb_build_array(t.digest) end || jsonb_build_array(right(t.account, 4), t.currency,
        t.is_credit) as key) k
  where t.kind in ('transfer', 'listed', 'return')
    and case $1 when 'unnamed' then t.bank_ref is null when 'unkept' then true
      when 'booking' then t.booking_ref is not null else t.bank_ref is not null end
), entry as (
  select k.key, e.entry_key, row_number() over (partition by k.key order by e.entry_key) as turn
  from bank_entry e
  cross join lateral (
    select case $1
      when 'both' then jsonb_build_array(e.bank_ref, e.amount_minor, e.digest)
      when 'booking' then jsonb_build_array(e.booking_ref, e.booking_minor, e.digest)
      when 'reference' then jsonb_build_array(e.bank_ref, e.amount_minor)
      else jsonb_build_array(e.digest) end || jsonb_build_array(e.account, e.currency,
        e.is_credit) as key) k
  where e.reason is distinct from 'superseded'
    and not exists (select from bank_item t where t.entry_key = e.entry_key)
    and case when $1 in ('both', 'reference')
        then e.bank_ref in (select t.bank_ref from bank_item t)
      when $1 = 'booking' then e.booking_ref in (select t.booking_ref from bank_item t)
      else e.digest in (select t.digest from bank_item t)
        and ($1 = 'unnamed' or e.bank_ref is null) end
), met as materialized (
  select i.place, i.bank_ref, i.booking_ref, e.entry_key
  from item i
  join entry e on e.key = i.key and e.turn = i.turn
), named as (
  update bank_entry e
  set bank_ref = m.bank_ref, booking_ref = coalesce(e.booking_ref, m.booking_ref)
  from met m
  where e.entry_key = m.entry_key and e.bank_ref is null and m.bank_ref is not null
)
update bank_item t
set kind = 'known', entry_key = m.entry_key
from met m
where t.place = m.place
