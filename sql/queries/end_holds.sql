-- Ends the run's holds of payers that could be billed, or that an operator holds now.
-- $1 customer ids int8[], $2 run_id bigint. Index: hold_open_key.
update hold
set released_at = now(), released_by = 'run ' || $2::bigint
where exists (select from hold where released_at is null)
  and customer_id = any($1) and placed_by = 'run' and released_at is null
