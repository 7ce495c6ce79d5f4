-- The sellers of some invoices. $1 invoice ids int8[].
-- Out, in order: seller_id bigint, invoice_ids int8[]. Index: invoice_pkey.
select i.seller_id, array_agg(i.invoice_id order by i.invoice_id) as invoice_ids
from invoice i
where i.invoice_id = any($1)
group by i.seller_id
order by i.seller_id
