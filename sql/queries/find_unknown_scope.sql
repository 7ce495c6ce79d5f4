-- The first of a run's scope that is not there; no row when all is.
-- $1 customers int8[], $2 batch groups text[], $3 currencies text[], $4 plans text[]; null for all.
-- Out: what text (customer, batch, currency, plan), name text. Index: customer_pkey, plan_code_key.
select u.what, u.name
from (
  select 1 as place, 'customer' as what, min(w.id)::text as name
  from unnest($1::bigint[]) as w (id)
  where not exists (select from customer c where c.customer_id = w.id)
  union all
  select 2, 'batch', min(w.name)
  from unnest($2::text[]) as w (name)
  where not exists (select from customer c where c.batch = w.name)
  union all
  select 3, 'currency', min(w.name)
  from unnest($3::text[]) as w (name)
  where not exists (select from currency u where u.code = w.name)
  union all
  select 4, 'plan', min(w.name)
  from unnest($4::text[]) as w (name)
  where not exists (select from plan p where p.code = w.name)
) u
where u.name is not null
order by u.place
limit 1
