-- What a refund was taken off invoices, in the order in which it was.
-- $1 refund id bigint. Out: invoice_id, amount bigint in minor units. Index: refund_pkey.
select (p.part ->> 'invoice')::bigint as invoice_id, (p.part ->> 'amount')::bigint as amount
from refund r,
  jsonb_array_elements(coalesce(r.request -> 'unapplied', '[]')) with ordinality as p (part, place)
where r.refund_id = $1
order by p.place
