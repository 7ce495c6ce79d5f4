-- Covers days that nobody will be billed for.
-- $1 subscription ids int8[], $2 slots int4[], $3 first days date[], $4 ends date[]
insert into coverage (subscription_id, slot, span_start, span_end, reason)
select w.subscription_id, w.slot::smallint, w.span_start, w.span_end, 'waived'
from unnest($1::bigint[], $2::integer[], $3::date[], $4::date[])
  as w (subscription_id, slot, span_start, span_end)
