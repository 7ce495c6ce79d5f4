-- Undoes the credit lines of documents: nothing is taken back by them any more, and the next run
-- compares what is billed with what was changed again.
-- $1 invoice ids int8[]. Index: line_credit_pkey, invoice_line_pkey, billing_cursor_pkey,
-- subscription_change_subscription_idx.
with undone as (
  update line_credit r
  set undone_at = now()
  where r.invoice_id = any($1) and r.undone_at is null
  returning r.invoice_id, r.line_no
), credited as materialized (
  select distinct l.subscription_id, i.run_id
  from undone u
  join invoice_line l on l.invoice_id = u.invoice_id and l.line_no = u.line_no
  join invoice i on i.invoice_id = u.invoice_id
  where l.subscription_id is not null and i.run_id is not null
), compared as (
  update subscription_change x
  set applied_by = null
  from credited c
  where x.subscription_id = c.subscription_id and x.applied_by = c.run_id
)
update billing_cursor b
set next_bill_on = null, straight = false, version = b.version + 1
where b.subscription_id in (select c.subscription_id from credited c)
