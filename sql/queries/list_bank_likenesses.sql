-- What an earlier file may have told of in other words: each pair of a transaction and a kept entry
-- of one account and amount that is in no pair yet. A reference that both have is the same, else
-- the day is; where both have others, the end-to-end id is the same, too. What is of another day is
-- the same only by its end-to-end id: banks count their references anew each day. One that does,
-- as another entry with the reference shows, tells of another transfer.
-- Out, best first: place bigint, entry_key text, is_known boolean: whether it is the same, else
-- nobody can say; reason text (reference_again, words_differ), by_reference boolean, rank integer.
-- Index: bank_entry_ref_idx, bank_entry_booking_idx, bank_entry_day_idx.
with item as materialized (
  select t.*, right(t.account, 4) as own,
    coalesce(regexp_replace(t.words[3], '[^0-9]', '', 'g'), '') as number
  from bank_item t
  where t.kind in ('transfer', 'listed', 'return') and t.entry_key is null
), entry as materialized (
  select e.*, coalesce(regexp_replace(e.words[3], '[^0-9]', '', 'g'), '') as number
  from bank_entry e
  where coalesce(e.reason, '') not in ('superseded', 'balance_gap', 'not_in_statement',
      'returned_uncredited', 'sent_twice')
    and (e.bank_ref in (select t.bank_ref from item t)
      or e.booking_ref in (select t.booking_ref from item t)
      or (e.booked_on, e.amount_minor) in (select t.booked_on, t.amount_minor from item t))
    and not exists (select from bank_item t where t.entry_key = e.entry_key)
), part as materialized (
  -- The parts of each number that are as long as one of the others, for a join by what is equal.
  select distinct t.place, null::text as entry_key, t.booked_on, t.amount_minor,
    substr(t.number, n, l.length) as number
  from item t
  join (
    select distinct e.booked_on, e.amount_minor, length(e.number) as length from entry e) l
    on l.booked_on = t.booked_on and l.amount_minor = t.amount_minor and l.length > 0
  cross join generate_series(1, length(t.number) - l.length + 1) n
  union all
  select distinct null::bigint, e.entry_key, e.booked_on, e.amount_minor,
    substr(e.number, n, l.length)
  from entry e
  join (
    select distinct t.booked_on, t.amount_minor, length(t.number) as length from item t) l
    on l.booked_on = e.booked_on and l.amount_minor = e.amount_minor and l.length > 0
  cross join generate_series(1, length(e.number) - l.length + 1) n
), alike as materialized (
  -- What differs in the id, else in numbers, is another one, which most are.
  select t.place, e.entry_key
  from item t
  join entry e on e.booked_on = t.booked_on and e.amount_minor = t.amount_minor
    and e.words[2] = t.words[2]
  union
  select p.place, e.entry_key
  from part p
  join entry e on e.booked_on = p.booked_on and e.amount_minor = p.amount_minor
    and e.number = p.number
  where p.place is not null
  union
  select t.place, p.entry_key
  from part p
  join item t on t.booked_on = p.booked_on and t.amount_minor = p.amount_minor
    and t.number = p.number
  where p.entry_key is not null
  union
  select t.place, e.entry_key
  from item t
  join entry e on e.booked_on = t.booked_on and e.amount_minor = t.amount_minor and e.number = ''
  union
  select t.place, e.entry_key
  from item t
  join entry e on e.booked_on = t.booked_on and e.amount_minor = t.amount_minor
  where t.number = ''
), pair as (
  select t, e, true as is_own
  from item t
  join entry e on e.bank_ref = t.bank_ref
  union all
  select t, e, t.detail_count <= 1 and e.detail_count <= 1
  from item t
  join entry e on e.booking_ref = t.booking_ref and e.booking_minor = t.booking_minor
    and e.booked_on = t.booked_on and e.bank_ref <> t.bank_ref
  union all
  select t, e, null
  from alike a
  join item t on t.place = a.place
  join entry e on e.entry_key = a.entry_key
  where (t.bank_ref is null or e.bank_ref is null)
    -- The return of a debit is no entry that does not name it, however alike their texts.
    and coalesce(t.words[2] = e.words[2], t.kind <> 'return')
  union all
  -- Two statements have each booking once: under two references it is perhaps another one.
  select t, e, null
  from item t
  join entry e on e.booked_on = t.booked_on and e.amount_minor = t.amount_minor
    and e.words[2] = t.words[2] and e.bank_ref <> t.bank_ref
), liked as (
  select (p.t).place, (p.e).entry_key, p.is_own, l.likeness,
    abs((p.t).booked_on - (p.e).booked_on) as apart,
    coalesce(p.is_own is null and (p.t).bank_ref <> (p.e).bank_ref
      and (p.t).is_statement and (p.e).is_statement, false) as is_apart,
    coalesce((p.t).words[2] = (p.e).words[2], false) as is_id,
    coalesce((p.t).words[4] <> (p.e).words[4], false) as is_account_other,
    p.is_own and (p.t).booked_on <> (p.e).booked_on and exists (
      select from bank_entry o
      where o.bank_ref = (p.t).bank_ref and o.account = (p.e).account
        and o.is_credit = (p.e).is_credit and o.booked_on <> (p.e).booked_on
        and o.amount_minor <> (p.e).amount_minor
        and o.booking_minor <> (p.e).booking_minor) as is_anew
  from pair p
  cross join lateral (select bank_likeness((p.t).words, (p.e).words) as likeness) l
  where (p.e).account = (p.t).own and (p.e).currency = (p.t).currency
    and (p.e).is_credit = (p.t).is_credit and (p.e).amount_minor = (p.t).amount_minor
), judged as (
  select k.*, case
      when k.is_apart then false
      when k.is_own and k.apart > 0 then k.apart < 7 and k.is_id and k.likeness > 2
      when k.is_own then k.likeness > 0 and not k.is_account_other
      else k.likeness > 2 end as is_known
  from liked k
)
select j.place, j.entry_key, j.is_known,
  case when j.is_own then 'reference_again' else 'words_differ' end as reason,
  j.is_own is not null as by_reference,
  case when j.is_own is null then 0 else 100 end + j.likeness * 10 - least(j.apart, 9) as rank
from judged j
where j.is_known or case when j.is_anew then false
    when j.is_own then j.likeness > 0 or j.apart = 0
    else j.is_own is null and j.likeness > 0 end
order by rank desc, j.place, j.entry_key
