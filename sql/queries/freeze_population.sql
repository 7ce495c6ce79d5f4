-- Freezes whom the run looks at, in batches of about the same number of due periods.
-- $1 run_id bigint, $2 seller_id bigint, $3 as_of date, $4 due periods a batch bigint,
-- $5 customers int8[], payers or not, or null for all, $6 batch groups text[] or null,
-- $7 currencies text[] or null, $8 plans text[] or null
-- Returns population bigint, batches bigint.
with placed as (
  select customer_id,
    1 + ((sum(periods) over (order by customer_id) - periods) / $4)::integer as batch_no
  from due_payers($2, $3, $5, $6, $7, $8, true)
), frozen as (
  insert into run_batch (run_id, batch_no, payer_ids)
  select $1, batch_no, array_agg(customer_id order by customer_id)
  from placed
  group by batch_no
  returning cardinality(payer_ids) as payers
)
select coalesce(sum(payers), 0)::bigint as population, count(*) as batches from frozen
