-- The changes of some subscriptions, an add-on a row, the change's columns repeated.
-- $1 subscription ids int8[]. In order of subscription_id, subscription_change_id, place.
-- A change without add-ons has one row with null add-on columns. An empty table is not searched for
-- each. Index: subscription_change_subscription_idx.
select c.subscription_id, c.subscription_change_id, c.effective, c.plan_id, c.quantity, c.amount,
       c.addons is not null as has_addons, c.paused, c.prorate, c.applied_by is not null as applied,
       (a.doc ->> 'plan_id')::bigint as addon_plan_id,
       coalesce((a.doc ->> 'quantity')::numeric, 1) as addon_quantity,
       (a.doc ->> 'amount')::numeric as addon_amount, a.doc ->> 'description' as addon_description
from subscription_change c
left join lateral jsonb_array_elements(c.addons) with ordinality as a (doc, place) on true
where exists (select from subscription_change) and c.subscription_id = any($1)
order by c.subscription_id, c.subscription_change_id, a.place
