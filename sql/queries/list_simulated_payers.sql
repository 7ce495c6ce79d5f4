-- For whom something may be due up to a day, in batches of about the same number of due periods:
-- what freeze_population freezes, of which nothing is written.
-- $1 seller_id bigint, $2 last day date, $3 due periods a batch bigint, $4 customers int8[], payers
-- or not, or null for all, $5 batch groups text[] or null, $6 currencies text[] or null,
-- $7 plans text[] or null
-- Out: payer_ids bigint[], in order of the first.
with placed as (
  select customer_id,
    ((sum(periods) over (order by customer_id) - periods) / $3)::integer as batch_no
  from due_payers($1, $2, $4, $5, $6, $7, false)
)
select array_agg(customer_id order by customer_id) as payer_ids
from placed
group by batch_no
order by batch_no
