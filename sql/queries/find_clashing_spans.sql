-- What covers days now that are to be covered by what had billed them before.
-- $1 subscription ids int8[], $2 slots int4[], $3 first days date[], $4 ends date[].
-- Out: subscription_id bigint, slot smallint, span_start date (of the live span), day_start,
-- day_end date (those days of it), reason text, null where a line has billed it, document text,
-- run_id bigint, of days that a run has covered without billing them.
-- Index: coverage_live_key.
select c.subscription_id, c.slot, c.span_start, greatest(c.span_start, w.day_start) as day_start,
  least(c.span_end, w.day_end) as day_end, c.reason,
  coalesce(n.number, 'id ' || c.invoice_id) as document, c.run_id
from unnest($1::bigint[], $2::integer[], $3::date[], $4::date[])
  as w (subscription_id, slot, day_start, day_end)
join coverage c on c.subscription_id = w.subscription_id and c.slot = w.slot
  and c.released_by is null and c.span_start < w.day_end and c.span_end > w.day_start
left join invoice_number n on n.invoice_id = c.invoice_id
order by c.subscription_id, c.slot, c.span_start, day_start
