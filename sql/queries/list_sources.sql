-- What the customers of some documents can be charged by.
-- $1 invoice ids int8[]. In order of invoice_id. Out: invoice_id, customer_id bigint, autopay
-- boolean (of the document), gateway text, null for no source; went_back boolean: money was taken
-- off the document again; is_planned boolean: it owes something, and is charged without being
-- asked for.
-- Index: payment_source_current_key, settlement_invoice_idx.
select i.invoice_id, i.customer_id, i.autopay, p.gateway,
  money_went_back(i.invoice_id) as went_back,
  i.autopay and i.settled_minor < i.total_minor + i.rounding_minor
    and not plan_has_ended(i.invoice_id) as is_planned
from invoice i
left join payment_source p on p.customer_id = i.customer_id and p.removed_at is null
where i.invoice_id = any($1)
order by i.invoice_id
