-- What a camt message takes back, and is no debit of the books' files.
-- Out, in order: place bigint, end_to_end_id text, booked_on date, currency text, amount bigint in
-- minor units.
select t.place, t.end_to_end_id, t.booked_on, coalesce(t.currency, '?') as currency,
  coalesce(t.amount_minor, t.booking_minor) as amount
from bank_item t
where t.kind = 'unknown_return'
order by t.place
