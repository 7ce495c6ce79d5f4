-- Notes which kept entry each transaction is, told of in other words; the entry learns what it did
-- not have of its reference and its words. $1 places int8[], $2 entry_keys text[].
-- Index: bank_entry_pkey.
with met as materialized (
  select t.place, t.bank_ref, t.booking_ref, t.words, m.entry_key
  from unnest($1::bigint[], $2::text[]) as m (place, entry_key)
  join bank_item t on t.place = m.place
), learned as (
  update bank_entry e
  set bank_ref = coalesce(e.bank_ref, m.bank_ref),
    booking_ref = coalesce(e.booking_ref, m.booking_ref),
    words = array[coalesce(e.words[1], m.words[1]), coalesce(e.words[2], m.words[2]),
      coalesce(e.words[3], m.words[3]), coalesce(e.words[4], m.words[4])]
  from met m
  where e.entry_key = m.entry_key
)
update bank_item t
set kind = 'known', entry_key = m.entry_key
from met m
where t.place = m.place
