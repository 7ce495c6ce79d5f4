-- What happens to the books of scripts/bench --mix rich in October: ten calls a customer, and a
-- larger team for one of every twenty, from the middle of the billed month on.
insert into usage_record (subscription_id, plan_id, quantity, used_on, used_at)
select s.subscription_id, p.plan_id, 10 + (s.subscription_id + d) % 150, '2026-10-01'::date + d * 3,
  '2026-10-01 16:00Z'::timestamptz + d * interval '3 days'
from subscription s
cross join plan p
cross join generate_series(0, 9) d
where p.code = 'calls';
insert into subscription_change (subscription_id, effective, quantity)
select subscription_id, '2026-10-16', quantity + 5 from subscription where subscription_id % 20 = 3;
