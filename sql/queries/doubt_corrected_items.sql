-- Lists transfers that perhaps stand in the place of one that was kept: of a statement that was
-- read before in another version, or of another amount under the reference of that one, on its day
-- and not in words that make it another. A reference that several bookings of a day have says
-- nothing, nor does an entry that the message tells of, too.
-- Index: bank_entry_ref_idx.
update bank_item t
set kind = 'listed',
  reason = case when s.is_corrected then 'statement_differs' else 'reference_again' end
from bank_item o
left join told_statement s on s.statement = o.statement and o.is_statement
where o.place = t.place and t.kind = 'transfer' and (s.is_corrected or exists (
  select from bank_entry e
  where e.bank_ref = o.bank_ref and e.account = right(o.account, 4) and e.booked_on = o.booked_on
    and e.currency = o.currency and e.is_credit and e.reason is distinct from 'superseded'
    and e.booking_minor <> o.booking_minor and e.amount_minor <> o.amount_minor
    and bank_likeness(o.words, e.words) > 0
    and not exists (select from bank_item i where i.entry_key = e.entry_key)
    and not exists (
      select from bank_item i
      where i.bank_ref = o.bank_ref and i.booked_on = o.booked_on
        and i.booking_minor <> o.booking_minor)
    and not exists (
      select from bank_entry i
      where i.bank_ref = e.bank_ref and i.account = e.account and i.booked_on = e.booked_on
        and i.booking_minor <> e.booking_minor)))
