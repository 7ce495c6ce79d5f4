-- The documents whose customers have no address for email.
-- $1 invoice ids int8[]. In order of invoice_id. Index: invoice_pkey, customer_pkey.
select i.invoice_id, i.customer_id
from invoice i
join customer c on c.customer_id = i.customer_id
where i.invoice_id = any($1) and coalesce(trim(c.email), '') = ''
order by i.invoice_id
