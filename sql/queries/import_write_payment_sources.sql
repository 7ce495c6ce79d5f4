-- Adds payment sources of customers, and writes what else is told of those that they have or had,
-- whose declines, disputes and tries stay theirs (RULES 3, 4).
-- Index: payment_source_pkey.
with changed as (
  update payment_source p
  set object = s.object, token = s.token, brand = s.brand, last4 = s.last4,
    exp_month = s.exp_month::integer, exp_year = s.exp_year::integer, mandate = s.mandate,
    removed_at = null
  from import_payment_source s
  where p.payment_source_id = s.source_id and not s.is_same
)
insert into payment_source (customer_id, object, gateway, token, brand, last4, exp_month, exp_year,
  mandate)
select customer_id, object, gateway, token, brand, last4, exp_month::integer, exp_year::integer,
       mandate
from import_payment_source
where source_id is null
order by customer_id;
