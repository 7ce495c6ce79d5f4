-- The add-ons of some subscriptions.
-- $1 subscription ids int8[]. In order of subscription_id, slot. Index: subscription_addon_pkey.
select a.subscription_id, a.slot, a.plan_id, a.quantity, a.amount, a.description
from subscription_addon a
where a.subscription_id = any($1)
order by a.subscription_id, a.slot
