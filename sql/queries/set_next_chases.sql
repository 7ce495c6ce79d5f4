-- Notes when invoices are chased next. Those that somebody is at work at are left for the next
-- time: whoever waits for them may hold what that one waits for.
-- One array element an invoice: $1 invoice ids int8[], $2 days date[], null for none.
-- Index: invoice_pkey.
with free as (
  select i.invoice_id, a.day
  from unnest($1::bigint[], $2::date[]) as a (invoice_id, day)
  join invoice i on i.invoice_id = a.invoice_id
  for no key update of i skip locked
)
update invoice i
set next_chase_on = f.day
from free f
where i.invoice_id = f.invoice_id
