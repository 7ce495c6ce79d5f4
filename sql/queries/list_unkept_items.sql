-- What a camt message tells of too early, or takes back though no file of these books has it: the
-- next file may be read better.
-- Out, in order: place bigint, payer, reference text, booked_on date, currency text, amount bigint
-- in minor units, reason text.
select t.place, t.payer, coalesce(t.remittance, t.end_to_end_id) as reference, t.booked_on,
  coalesce(t.currency, '?') as currency, coalesce(t.amount_minor, t.booking_minor) as amount,
  coalesce(t.reason, 'return_unknown') as reason
from bank_item t
where t.kind in ('unknown_return', 'early')
order by t.place
