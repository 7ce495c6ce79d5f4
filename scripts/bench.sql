-- The books that scripts/bench bills: :customers customers, each with one subscription with one
-- add-on, and one tax.
insert into seller (code, name, country, currency, time_zone, number_format)
values ('bench', 'Bench, Inc.', 'US', 'usd', 'America/New_York', 'INV-{seq:08}');
insert into tax_rate (code, name) values ('us-ca', 'Sales tax');
insert into tax_rate_version (tax_rate_id, value) select tax_rate_id, 7.25 from tax_rate;
insert into plan (code, name, currency, interval)
values ('pro', 'Pro', 'usd', 'month'), ('backup', 'Backup', 'usd', 'month');
insert into price (plan_id, amount)
select plan_id, case code when 'pro' then 49 else 5.5 end from plan;
insert into customer (customer_id, seller_id, name, email, country, state, currency, taxes,
  payment_terms)
select n, s.seller_id, 'Customer ' || n, 'customer' || n || '@example.com', 'US', 'CA', 'usd',
  '{us-ca}', 'NET 30'
from generate_series(1, :customers) n cross join seller s;
insert into subscription (subscription_id, customer_id, plan_id, start_date)
select c.customer_id, c.customer_id, p.plan_id, '2026-11-01'
from customer c cross join plan p where p.code = 'pro' order by c.customer_id;
insert into subscription_addon (subscription_id, slot, plan_id)
select s.subscription_id, 1, p.plan_id
from subscription s cross join plan p where p.code = 'backup' order by s.subscription_id;
