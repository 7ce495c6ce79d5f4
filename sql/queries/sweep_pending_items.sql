-- Marks pending items as billed; an item that another transaction has swept is not touched, and the
-- count tells.
-- $1 pending item ids int8[], $2 invoice ids int8[], $3 line numbers int4[].
-- Index: pending_line_item_pkey.
update pending_line_item i
set invoice_id = swept.invoice_id, line_no = swept.line_no
from unnest($1::bigint[], $2::bigint[], $3::integer[])
  as swept (pending_line_item_id, invoice_id, line_no)
where i.pending_line_item_id = swept.pending_line_item_id and i.invoice_id is null
