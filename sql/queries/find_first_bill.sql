-- The first of a run's documents that has a subscription, and when a run looks at it next.
-- $1 run_id bigint, $2 subscription_id bigint. Out: invoice_id bigint, null where none has it;
-- next_bill_on date, null for never.
-- Index: billing_cursor_pkey, invoice_run_idx, invoice_line_pkey.
select
  (select min(i.invoice_id)
   from invoice i
   join invoice_line l on l.invoice_id = i.invoice_id
   where i.run_id = $1 and l.subscription_id = $2) as invoice_id,
  nullif(b.next_bill_on, 'infinity') as next_bill_on
from billing_cursor b
where b.subscription_id = $2
