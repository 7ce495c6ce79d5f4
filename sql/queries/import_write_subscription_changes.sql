-- Adds changes of subscriptions, in the order of lines; one that is known to the letter is not
-- added again, unless the import has it once more than is known.
-- $1 again boolean: only the newest of its day counts as known, so that a value comes back.
-- Out: created bigint, updated bigint, unchanged bigint.
with good as (
  select r.*, row_number() over (partition by r.subscription_id, r.effective, r.plan_id, r.quantity,
    r.amount, r.addons, r.paused, r.prorate order by r.line) as occurrence
  from import_subscription_change r
  where not exists (select from import_error e where e.line = r.line)
), created as (
  insert into subscription_change (subscription_id, effective, plan_id, quantity, amount, addons,
    paused, prorate)
  select g.subscription_id, g.effective, g.plan_id, g.quantity, g.amount, g.addons, g.paused,
         g.prorate
  from good g
  where g.occurrence > (
    select count(*) from subscription_change s
    where s.subscription_id = g.subscription_id and s.effective = g.effective
      and (s.plan_id, s.quantity, s.amount, s.addons, s.paused, s.prorate)
        is not distinct from (g.plan_id, g.quantity, g.amount, g.addons, g.paused, g.prorate)
      and not ($1 and exists (
        select from subscription_change n
        where n.subscription_id = s.subscription_id and n.effective = s.effective
          and n.subscription_change_id > s.subscription_change_id)))
  order by g.line
  returning 1
)
select (select count(*) from created) as created, 0::bigint as updated,
       (select count(*) from good) - (select count(*) from created) as unchanged;
