-- What a camt message tells of too early: the file is read again on its day.
-- Out, in order: entry_key text (null), payer, reference text, booked_on date, currency text,
-- amount bigint in minor units, reason text.
select t.entry_key, t.payer, coalesce(t.remittance, t.end_to_end_id) as reference, t.booked_on,
  coalesce(t.currency, '?') as currency, coalesce(t.amount_minor, t.booking_minor) as amount,
  t.reason
from bank_item t
where t.kind = 'early'
order by t.place
