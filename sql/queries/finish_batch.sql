-- Marks a claimed batch as done, in the transaction that wrote its invoices.
-- $1 run_id bigint, $2 batch_no integer
update run_batch set done = true where run_id = $1 and batch_no = $2
