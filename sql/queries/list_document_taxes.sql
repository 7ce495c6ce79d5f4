-- The taxes of some documents, for the share of them that an early discount takes back.
-- $1 invoice ids int8[]. Out, in order of invoice_id, tax_no: invoice_id, tax_rate_version_id
-- bigint (null where no rate was given), amount bigint in minor units. Index: invoice_tax_pkey.
select t.invoice_id, t.tax_rate_version_id, t.amount_minor as amount
from invoice_tax t
where t.invoice_id = any($1) and t.amount_minor <> 0
order by t.invoice_id, t.tax_no
