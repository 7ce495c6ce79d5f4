-- Says when to look at subscriptions again, where that is not what covering their days has set.
-- $1 subscription ids int8[], $2 next_bill_on date[]. Index: billing_cursor_pkey.
update billing_cursor b
set next_bill_on = moved.next_bill_on
from unnest($1::bigint[], $2::date[]) as moved (subscription_id, next_bill_on)
where b.subscription_id = moved.subscription_id
