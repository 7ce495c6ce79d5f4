-- When invoices are charged next.
-- One array element an invoice: $1 invoice ids int8[], $2 days date[], $3 moments int8[] in UNIX
-- seconds before which they are not charged, $4 attempts to add int4[]; nulls for none.
-- Index: invoice_pkey.
update invoice i
set next_payment_attempt_on = a.day, next_payment_attempt_at = to_timestamp(a.moment),
  attempt_count = i.attempt_count + a.attempts, updated_at = now()
from unnest($1::bigint[], $2::date[], $3::bigint[], $4::integer[])
  as a (invoice_id, day, moment, attempts)
where i.invoice_id = a.invoice_id
