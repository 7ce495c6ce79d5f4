-- What the customers of some documents can be charged by.
-- $1 invoice ids int8[]. In order of invoice_id. Out: invoice_id, customer_id bigint, autopay
-- boolean (of the document), gateway text, null for no source. Index: payment_source_current_key.
select i.invoice_id, i.customer_id, i.autopay, p.gateway
from invoice i
left join payment_source p on p.customer_id = i.customer_id and p.removed_at is null
where i.invoice_id = any($1)
order by i.invoice_id
