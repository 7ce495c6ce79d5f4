-- Notes which kept entries a camt.053 message has, too: by itself, or as a sum or the parts of it,
-- whichever file came first. So it is with the return of a debit of which what was listed is known,
-- or that was told under the reference of what a statement has as a sum.
-- Index: bank_entry_pkey, bank_entry_booking_idx, bank_debit_unstated_return_idx.
with returned as (
  update bank_debit d
  set is_return_stated = true, return_ref = coalesce(t.bank_ref, d.return_ref)
  from bank_item t
  join bank_entry e on e.entry_key = t.entry_key
  where t.is_statement and not t.is_credit and d.returned_on is not null and not d.is_return_stated
    and (d.end_to_end_id = t.end_to_end_id and e.reason in ('fee_later', 'refunded_already')
      or d.return_ref = t.booking_ref and d.returned_on = t.booked_on
        and e.reason = 'details_missing' and d.amount_minor <= t.booking_minor
        and d.bank_file_id in (
          select f.bank_file_id from bank_file f where f.account = md5(t.account)))
)
update bank_entry e
set is_stated = true
where not e.is_stated and e.entry_key in (
  select t.entry_key
  from bank_item t
  where t.is_statement and t.entry_key is not null
  union
  select case when t.is_statement then o.entry_key else t.entry_key end
  from bank_item t
  join bank_entry o on o.booking_ref = t.booking_ref and o.booking_minor = t.booking_minor
    and o.account = right(t.account, 4) and o.currency = t.currency
    and o.is_credit = t.is_credit_booking and abs(o.booked_on - t.booked_on) <= 7
  where t.is_statement or o.is_statement)
