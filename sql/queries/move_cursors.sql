-- Says when to look at subscriptions again, where that is not what covering their days has set,
-- which go straight on from now, and up to where usage is billed. One that was edited since it was
-- read stays to be looked at: what came in for days that are billed by now came in late.
-- $1 subscription ids int8[], $2 next_bill_on date[], $3 versions as read int4[],
-- $4 date[]: where all charges end alike now, without holes, or nulls, $5 usage_through date[],
-- $6 usage_from date[]: the first day of late usage that is left.
-- Index: billing_cursor_pkey.
update billing_cursor b
set next_bill_on = case when b.version = moved.version then moved.next_bill_on
    else b.next_bill_on end,
  straight = b.straight or b.version = moved.version
    and coalesce(b.covered_through = moved.straight_through, false),
  usage_from = case when b.version = moved.version then moved.usage_from else b.usage_from end,
  usage_through = case when b.version = moved.version then moved.usage_through
    else greatest(b.usage_through, moved.usage_through) end
from unnest($1::bigint[], $2::date[], $3::integer[], $4::date[], $5::date[], $6::date[])
  as moved (subscription_id, next_bill_on, version, straight_through, usage_through, usage_from)
where b.subscription_id = moved.subscription_id
