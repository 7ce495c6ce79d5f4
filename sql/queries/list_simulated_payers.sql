-- For whom something may be due up to a day, in batches of about the same number of due periods:
-- what freeze_population freezes, of which nothing is written.
-- $1 seller_id bigint, $2 last day date, $3 due periods a batch bigint, $4 customers int8[], payers
-- or not, or null for all, $5 batch groups text[] or null, $6 currencies text[] or null,
-- $7 plans text[] or null
-- Out: payer_ids bigint[], in order of the first. billing_cursor is read whole: it is narrow.
with look as (
  select s.customer_id,
         1 + greatest(0, ($2 - coalesce(b.next_bill_on, b.covered_through, s.start_date))
           / (p.interval_count * case p.interval
                when 'day' then 1 when 'week' then 7 when 'month' then 28 else 365 end)) as periods
  from billing_cursor b
  join subscription s on s.subscription_id = b.subscription_id
  join plan p on p.plan_id = s.plan_id
  where (b.next_bill_on is null or b.next_bill_on <= $2)
    and ($6::text[] is null or p.currency = any($6))
    and ($7::text[] is null or p.code = any($7))
  union all
  select customer_id, 1
  from pending_line_item
  where invoice_id is null and $7::text[] is null
    and ($6::text[] is null or currency = any($6))
), payer as (
  select coalesce(case when c.bill_parent then c.parent_customer_id end, c.customer_id)
    as customer_id,
         least(sum(l.periods), 1000000)::integer as periods
  from look l
  join customer c on c.customer_id = l.customer_id
  where c.seller_id = $1
    and ($5::text[] is null or c.batch = any($5))
    and ($4::bigint[] is null or c.customer_id = any($4)
      or c.bill_parent and c.parent_customer_id = any($4))
  group by 1
), placed as (
  select customer_id,
    ((sum(periods) over (order by customer_id) - periods) / $3)::integer as batch_no
  from payer
)
select array_agg(customer_id order by customer_id) as payer_ids
from placed
group by batch_no
order by batch_no
