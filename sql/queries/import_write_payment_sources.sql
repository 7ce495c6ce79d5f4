-- Adds payment sources of customers.
insert into payment_source (customer_id, object, gateway, token, brand, last4, exp_month, exp_year,
  mandate)
select customer_id, object, gateway, token, brand, last4, exp_month::integer, exp_year::integer,
       mandate
from import_payment_source
where not is_same
order by customer_id;
