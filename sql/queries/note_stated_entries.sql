-- Notes which kept entries a camt.053 message has, too: by itself, or as a sum or the parts of it.
-- Index: bank_entry_pkey, bank_entry_booking_idx.
update bank_entry e
set is_stated = true
where not e.is_stated and e.entry_key in (
  select t.entry_key
  from bank_item t
  where t.is_statement and t.entry_key is not null
  union
  select o.entry_key
  from bank_item t
  join bank_entry o on o.booking_ref = t.booking_ref and o.booking_minor = t.booking_minor
    and o.account = right(t.account, 4) and o.currency = t.currency
    and o.is_credit = t.is_credit_booking and abs(o.booked_on - t.booked_on) <= 7
  where t.is_statement)
