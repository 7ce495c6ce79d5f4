-- Changes of subscriptions as an import takes them.
-- $1 seller text: only its, null for all; $2 subscriptions bigint[]: only theirs, empty for all
-- Out: line text, an object each, in order of subscription and coming in.
-- Index: subscription_change_pkey.
select json_strip_nulls(json_build_object(
  'object', 'subscription_change', 'subscription', h.subscription_id, 'effective', h.effective,
  'plan', p.code, 'quantity', trim_scale(h.quantity), 'amount', trim_scale(h.amount),
  'addons', case when h.addons = '[]' then '[]'::json else (
    select json_agg(json_build_object('plan', q.code, 'quantity', (a.doc ->> 'quantity')::numeric,
      'amount', (a.doc ->> 'amount')::numeric, 'description', a.doc ->> 'description')
      order by a.place)
    from jsonb_array_elements(h.addons) with ordinality a (doc, place)
    join plan q on q.plan_id = (a.doc ->> 'plan_id')::bigint) end,
  'paused', h.paused, 'prorate', nullif(h.prorate, true)))::text as line
from subscription_change h
join subscription s on s.subscription_id = h.subscription_id
join customer c on c.customer_id = s.customer_id
left join plan p on p.plan_id = h.plan_id
where ($1::text is null or c.seller_id = (select e.seller_id from seller e where e.code = $1))
  and (cardinality($2::bigint[]) = 0 or h.subscription_id = any($2::bigint[]))
order by h.subscription_id, h.subscription_change_id
