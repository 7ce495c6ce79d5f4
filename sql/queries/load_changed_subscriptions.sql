-- Which of some subscriptions have changes on their timeline.
-- $1 subscription ids int8[]. In order of subscription_id. An empty table is not searched for each.
-- Index: subscription_change_subscription_idx.
select distinct subscription_id
from subscription_change
where exists (select from subscription_change) and subscription_id = any($1)
order by subscription_id
