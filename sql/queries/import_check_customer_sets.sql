-- Checks what customers name and share: tax rates, numbers, parents.
with list as (
  select distinct r.taxes, r.currency from import_customer r where r.taxes <> '[]'
), bad_list as (
  select list.taxes, list.currency, min(tax.position) as position,
         bool_or(t.tax_rate_id is not null) as is_known
  from list
  cross join lateral jsonb_array_elements(list.taxes) with ordinality tax (code, position)
  left join tax_rate t on jsonb_typeof(tax.code) = 'string' and t.code = tax.code #>> '{}'
  where t.tax_rate_id is null or not t.is_percent and t.currency <> list.currency
  group by list.taxes, list.currency
), numbered as (
  select r.seller_id, r.number, min(r.line) as first_line
  from import_customer r
  where r.number is not null
  group by r.seller_id, r.number
  having count(*) > 1
), clash as (
  select list.taxes, pg_temp.import_tax_clash(list.taxes) as position
  from (select distinct l.taxes from list l where jsonb_array_length(l.taxes) > 1) list
)
insert into import_error (line, fault)
select r.line, 'taxes.' || b.position - 1
         || case when b.is_known then '|a tax in the currency of the customer'
           else '|the id of a tax rate|tax_rate' end
from bad_list b
join import_customer r on r.taxes = b.taxes and r.currency is not distinct from b.currency
union all
select r.line, 'taxes.' || c.position - 1
         || '|a tax that is not both within the price and on top of it'
from clash c
join import_customer r on r.taxes = c.taxes
where c.position is not null
union all
select r.line, 'number|a number that no other customer of the seller has'
from import_customer r
join numbered n on n.seller_id = r.seller_id and n.number = r.number and r.line > n.first_line
union all
select r.line, 'number|a number that no other customer of the seller has'
from import_customer r
join customer c on c.seller_id = r.seller_id and c.number = r.number and c.customer_id <> r.id
where not exists (select from import_customer o where o.id = c.customer_id)
union all
select r.line, 'parent_customer|the id of another customer of the same seller|customer'
from import_customer r
left join import_customer p on p.id = r.parent_customer
left join customer known on known.customer_id = r.parent_customer
where r.parent_customer is not null
  and (r.parent_customer = r.id or coalesce(p.seller_id, known.seller_id) is distinct
    from r.seller_id);
