-- Adds the add-ons of subscriptions.
insert into subscription_addon (subscription_id, slot, plan_id, quantity, amount, description)
select r.id, a.slot, a.plan_id, a.quantity, a.amount, a.description
from import_addon a
join import_subscription r on r.line = a.line and (not r.known or r.addons_differ)
where not exists (select from import_error e where e.line = r.line);
