-- Which of some subscriptions have changes on their timeline.
-- $1 subscription ids int8[]. In order of subscription_id.
-- Index: subscription_change_subscription_idx.
select distinct subscription_id
from subscription_change
where subscription_id = any($1)
order by subscription_id
