-- Marks changes of subscriptions as billed.
-- $1 subscription_change ids int8[], $2 run bigint. Index: subscription_change_pkey.
update subscription_change
set applied_by = $2
where subscription_change_id = any($1) and applied_by is null
