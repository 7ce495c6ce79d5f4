-- The documents that a run counted for each payer are those it wrote, and each currency and account
-- comes out once.
-- $1 run bigint: only its documents, null for all.
-- Out: looked_at and wrong bigint, object text, id bigint, problem text: the first 20, or nulls.
with written as (
  select i.run_id, i.customer_id, count(*) as documents
  from invoice i
  where i.run_id is not null and ($1::bigint is null or i.run_id = $1)
  group by i.run_id, i.customer_id
), counted as (
  select a.run_id, a.customer_id, a.invoices
  from run_account a
  where a.invoices > 0 and ($1::bigint is null or a.run_id = $1)
), wrong as materialized (
  select coalesce(c.customer_id, w.customer_id) as id,
    format('run %s counted %s invoices, but wrote %s', coalesce(c.run_id, w.run_id),
      coalesce(c.invoices, 0),
           coalesce(w.documents, 0)) as problem
  from counted c
  full join written w on w.run_id = c.run_id and w.customer_id = c.customer_id
  where c.invoices is distinct from w.documents
)
select (select count(*) from run_account a
  where a.invoices > 0 and ($1::bigint is null or a.run_id = $1)) as looked_at,
  (select count(*) from wrong) as wrong, 'customer' as object, w.id, w.problem
from (values (1)) as one (row)
left join (select id, problem from wrong order by id, problem limit 20) w on true
order by w.id, w.problem;
