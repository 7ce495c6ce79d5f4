-- Refuses customers whose parents go round in a circle, and those below a customer that is refused.
with recursive ancestor as (
  select r.line, r.id, r.parent_customer::bigint as parent_id, 1 as height
  from import_customer r
  where pg_temp.import_id(r.parent_customer) is not null
  union all
  select a.line, a.id, coalesce(p.parent_customer, known.parent_customer_id)::bigint, a.height + 1
  from ancestor a
  left join import_customer p on p.id = a.parent_id
  left join customer known on known.customer_id = a.parent_id and p.id is null
  where a.parent_id <> a.id and a.height < 100 and coalesce(p.parent_customer,
    known.parent_customer_id) is not null
)
insert into import_error (line, fault)
select distinct a.line, 'parent_customer|'
         || case when a.parent_id = a.id or a.height = 100
           then 'a customer that is not below this one' else 'the id of a customer|customer' end
from ancestor a
where not exists (select from import_error e where e.line = a.line)
  and (a.parent_id = a.id or a.height = 100
    or exists (select from import_customer p join import_error e on e.line = p.line
      where p.id = a.parent_id));
