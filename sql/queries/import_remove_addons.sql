-- Removes the add-ons of known subscriptions that get others.
delete from subscription_addon a
using import_subscription r
where r.known and r.addons_differ and a.subscription_id = r.id
  and not exists (select from import_error e where e.line = r.line);
