-- Refuses changes of subscriptions that are known, where another of the same day came after them
-- and does not in the file: it would stay as it is, though the file ends otherwise.
-- Index: subscription_change_pkey.
insert into import_error (line, fault)
select l.line, 'effective|another day, since a change of it came after this one: --again if this'
  || ' one is to count'
from (
  select distinct on (r.subscription_id, r.effective) r.*,
    count(*) over (partition by r.subscription_id, r.effective, r.plan_id, r.quantity, r.amount,
      r.addons, r.paused, r.prorate) as occurrences
  from import_subscription_change r
  where not exists (select from import_error e where e.line = r.line)
  order by r.subscription_id, r.effective, r.line desc
) l
cross join lateral (
  select count(*) filter (where s.is_same) as known,
    (array_agg(s.is_same order by s.subscription_change_id desc))[1] as is_newest
  from (
    select s.subscription_change_id,
      (s.plan_id, s.quantity, s.amount, s.addons, s.paused, s.prorate)
        is not distinct from (l.plan_id, l.quantity, l.amount, l.addons, l.paused, l.prorate)
        as is_same
    from subscription_change s
    where s.subscription_id = l.subscription_id and s.effective = l.effective) s
) k
where l.occurrences <= k.known and not k.is_newest;
