-- Usage as an import takes it.
-- $1 seller text: only its, null for all. Out: line text, an object each, in order of
-- coming in. Index: usage_record_pkey.
select json_strip_nulls(json_build_object(
  'object', 'usage_record', 'id', u.external_id, 'subscription', u.subscription_id,
  'plan', p.code, 'quantity', trim_scale(u.quantity),
  'timestamp', floor(extract(epoch from u.used_at))::bigint))::text as line
from usage_record u
join plan p on p.plan_id = u.plan_id
join subscription s on s.subscription_id = u.subscription_id
join customer c on c.customer_id = s.customer_id
where $1::text is null or c.seller_id = (select e.seller_id from seller e where e.code = $1)
order by u.usage_record_id
