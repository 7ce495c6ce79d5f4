-- Freezes whom the run looks at, in batches of about the same number of due periods.
-- $1 run_id bigint, $2 seller_id bigint, $3 as_of date, $4 due periods a batch bigint,
-- $5 customers int8[], payers or not, or null for all, $6 batch groups text[] or null,
-- $7 currencies text[] or null, $8 plans text[] or null
-- Returns population bigint, batches bigint. billing_cursor is read whole: it is narrow.
with look as (
  select s.customer_id,
         1 + greatest(0, ($3 - coalesce(b.next_bill_on, b.covered_through, s.start_date))
           / (p.interval_count * case p.interval
                when 'day' then 1 when 'week' then 7 when 'month' then 28 else 365 end)) as periods
  from billing_cursor b
  join subscription s on s.subscription_id = b.subscription_id
  join plan p on p.plan_id = s.plan_id
  where (b.next_bill_on is null or b.next_bill_on <= $3)
    and ($7::text[] is null or p.currency = any($7))
    and ($8::text[] is null or p.code = any($8))
  union all
  select customer_id, 1
  from pending_line_item
  where invoice_id is null and $8::text[] is null
    and ($7::text[] is null or currency = any($7))
  union all
  select customer_id, 1
  from hold
  where released_at is null and $7::text[] is null and $8::text[] is null
), payer as (
  select coalesce(case when c.bill_parent then c.parent_customer_id end, c.customer_id)
    as customer_id,
         least(sum(l.periods), 1000000)::integer as periods
  from look l
  join customer c on c.customer_id = l.customer_id
  where c.seller_id = $2
    and ($6::text[] is null or c.batch = any($6))
    and ($5::bigint[] is null or c.customer_id = any($5)
      or c.bill_parent and c.parent_customer_id = any($5))
  group by 1
), placed as (
  select customer_id,
    1 + ((sum(periods) over (order by customer_id) - periods) / $4)::integer as batch_no
  from payer
), frozen as (
  insert into run_batch (run_id, batch_no, payer_ids)
  select $1, batch_no, array_agg(customer_id order by customer_id)
  from placed
  group by batch_no
  returning cardinality(payer_ids) as payers
)
select coalesce(sum(payers), 0)::bigint as population, count(*) as batches from frozen
