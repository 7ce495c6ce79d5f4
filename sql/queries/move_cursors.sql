-- Says when to look at subscriptions again, where that is not what covering their days has set.
-- One that was read as straight and no longer is was changed since: it stays to be looked at.
-- $1 subscription ids int8[], $2 next_bill_on date[], $3 read as straight bool[].
-- Index: billing_cursor_pkey.
update billing_cursor b
set next_bill_on = moved.next_bill_on
from unnest($1::bigint[], $2::date[], $3::boolean[])
  as moved (subscription_id, next_bill_on, was_straight)
where b.subscription_id = moved.subscription_id and (b.straight or not moved.was_straight)
