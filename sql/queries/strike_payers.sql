-- Strikes payers who were deleted since the population was frozen from a batch and from what the
-- run counted. $1 run_id bigint, $2 batch_no integer. Returns gone bigint: how many.
with kept as (
  select array_agg(p.customer_id order by p.customer_id) filter (where c.customer_id is not null)
      as payer_ids,
    count(*) filter (where c.customer_id is null) as gone
  from run_batch b
  cross join unnest(b.payer_ids) as p (customer_id)
  left join customer c on c.customer_id = p.customer_id
  where b.run_id = $1 and b.batch_no = $2
), struck as (
  update run_batch b
  set payer_ids = coalesce(k.payer_ids, '{}')
  from kept k
  where b.run_id = $1 and b.batch_no = $2 and k.gone > 0
), counted as (
  update run r
  set population = r.population - k.gone
  from kept k
  where r.run_id = $1 and k.gone > 0
)
select gone from kept
