-- Settles documents: append only, and what is settled of each moves with it (RULES 0.12).
-- $1 invoice ids int8[], $2 kind text, $3 amounts int8[] in minor units, $4 effective day date,
-- $5 credit ids int8[] (null elements for none), $6 payment id bigint or null
-- Index: invoice_pkey.
with added as (
  insert into settlement (invoice_id, kind, amount_minor, effective_on, credit_id, payment_id)
  select a.invoice_id, $2, a.amount_minor, $4::date, a.credit_id, $6::bigint
  from unnest($1::bigint[], $3::bigint[], $5::bigint[]) as a (invoice_id, amount_minor, credit_id)
  returning invoice_id, amount_minor
)
update invoice i
set settled_minor = i.settled_minor + a.amount_minor, updated_at = now()
from (select invoice_id, sum(amount_minor) as amount_minor from added group by invoice_id) a
where i.invoice_id = a.invoice_id
