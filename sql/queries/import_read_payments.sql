-- Reads payments from good lines, with the customers that a text or a number may mean and, as
-- allowed, those whose invoices they may pay: themselves and who pays for them.
-- Index: customer_pkey, customer_number_key.
insert into import_payment (line, is_named, customers, allowed, amount, currency, digits, day,
  method, reference)
select l.line, r.customer is not null, k.customers, k.allowed, trim_scale(r.amount), r.currency,
       digits.digits, r.date, coalesce(r.method, 'other'), r.reference
from import_line l
cross join lateral jsonb_to_record(l.doc) as r (customer jsonb, amount numeric, currency text,
  date jsonb, method text, reference text)
left join currency digits on digits.code = r.currency
cross join lateral (
  select coalesce(array_agg(distinct c.customer_id), '{}') as customers,
    coalesce(array_agg(distinct c.customer_id), '{}')
      || coalesce(array_agg(distinct c.parent_customer_id)
        filter (where c.bill_parent and c.parent_customer_id is not null), '{}') as allowed
  from customer c
  where c.customer_id in (
    select n.customer_id from customer n
    where jsonb_typeof(r.customer) = 'string' and n.number = r.customer #>> '{}'
      and n.seller_id = any (array(select s.seller_id from seller s))
    union
    select i.customer_id from customer i
    where i.customer_id = pg_temp.import_id(
      case when r.customer #>> '{}' ~ '^[0-9]{1,18}$' then (r.customer #>> '{}')::numeric end))
) k
where l.object = 'payment';
