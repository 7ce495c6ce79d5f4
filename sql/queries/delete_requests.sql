-- Deletes what documents made by hand were asked for as, before they are asked for anew.
-- $1 invoice ids int8[]. Index: invoice_request_pkey.
delete from invoice_request q where q.invoice_id = any($1)
