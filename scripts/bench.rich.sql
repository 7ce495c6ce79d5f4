-- The books of scripts/bench --mix rich: :customers customers, each with a tiered plan, an add-on,
-- measured calls, a coupon and two taxes, one of them compound. Of every twenty one is canceled in
-- the middle of November, and billed up to there.
insert into seller (code, name, country, currency, time_zone, number_format)
values ('bench', 'Bench, Inc.', 'US', 'usd', 'America/New_York', 'INV-{seq:08}');
insert into tax_rate (code, name, compound)
values ('state', 'State tax', false), ('city', 'City tax', true);
insert into tax_rate_version (tax_rate_id, value)
select tax_rate_id, case code when 'state' then 6.25 else 1.5 end from tax_rate;
insert into coupon (code, name, value) values ('tenth', 'A tenth off', 10);
insert into plan (code, name, currency, interval, quantity_type)
values ('team', 'Team', 'usd', 'month', 'constant'), ('backup', 'Backup', 'usd', 'month',
  'constant'), ('calls', 'Calls', 'usd', 'month', 'usage');
insert into price (plan_id, pricing_mode, amount, included_quantity, tiers)
select plan_id, case code when 'backup' then 'per_unit' else 'tiered' end,
  case code when 'backup' then 5.5 end, case code when 'calls' then 100 else 0 end,
  case code
    when 'team' then '[{"max_qty":50,"unit_cost":9},{"min_qty":51,"unit_cost":7.5}]'::jsonb
    when 'calls' then '[{"max_qty":1000,"unit_cost":0.01},{"unit_cost":0.0075}]'::jsonb
  end
from plan;
insert into customer (customer_id, seller_id, name, email, country, state, currency, taxes,
  payment_terms)
select n, s.seller_id, 'Customer ' || n, 'customer' || n || '@example.com', 'US', 'NY', 'usd',
  '{state,city}', '2% 10 NET 30'
from generate_series(1, :customers) n cross join seller s;
insert into subscription (subscription_id, customer_id, plan_id, start_date, quantity, canceled_at,
  prorate_cancel)
select c.customer_id, c.customer_id, p.plan_id, '2026-10-01', 1 + c.customer_id % 70,
  case c.customer_id % 20 when 7 then date '2026-11-16' end, c.customer_id % 20 = 7
from customer c cross join plan p where p.code = 'team' order by c.customer_id;
insert into subscription_addon (subscription_id, slot, plan_id)
select s.subscription_id, a.slot, p.plan_id
from subscription s
cross join (values (1, 'backup'), (2, 'calls')) as a (slot, code)
join plan p on p.code = a.code
order by s.subscription_id, a.slot;
insert into subscription_discount (subscription_id, coupon_id, position)
select s.subscription_id, c.coupon_id, 1
from subscription s cross join coupon c order by s.subscription_id;
