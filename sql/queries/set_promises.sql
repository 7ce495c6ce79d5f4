-- Notes up to when payment of invoices, locked by the caller, is promised.
-- $1 invoice ids int8[], $2 day date, null to end the promise. Index: invoice_pkey.
update invoice i
set promised_on = $2, updated_at = now()
where i.invoice_id = any($1)
