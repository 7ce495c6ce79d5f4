-- What declines mean to customers, by their policy or the table.
-- One array element a decline: $1 customer ids int8[], $2 gateways text[], $3 codes text[].
-- Out, in order: decline_class text. Index: customer_pkey, retry_policy_pkey, decline_rule_pkey.
select coalesce(r.decline_classes ->> a.code, d.decline_class, 'soft') as decline_class
from unnest($1::bigint[], $2::text[], $3::text[])
  with ordinality as a (customer_id, gateway, code, place)
join customer c on c.customer_id = a.customer_id
left join retry_policy r on r.retry_policy_id = c.retry_policy_id
left join lateral (
  select d.decline_class
  from decline_rule d
  where d.code = a.code and d.gateway in (a.gateway, '*')
  order by d.gateway = '*'
  limit 1
) d on true
order by a.place
