-- Subscriptions as an import takes them; what is covered here was billed elsewhere for whoever
-- takes them in, and coupons that have given all they had stay behind.
-- Filters, null for all: $1 seller text, $2 id bigint, $5 customer bigint; $3 limit bigint,
-- $4 offset bigint
-- Out: line text, an object each, in order of id.
-- Index: subscription_pkey, billing_cursor_pkey, subscription_addon_pkey.
select json_strip_nulls(json_build_object(
  'object', 'subscription', 'id', s.subscription_id, 'customer', s.customer_id, 'plan', p.code,
  'start_date', s.start_date, 'quantity', trim_scale(s.quantity), 'amount', trim_scale(s.amount),
  'addons', (
    select json_agg(json_build_object('plan', q.code, 'quantity', trim_scale(a.quantity),
      'amount', trim_scale(a.amount), 'description', a.description) order by a.slot)
    from subscription_addon a
    join plan q on q.plan_id = a.plan_id
    where a.subscription_id = s.subscription_id),
  'discounts', (
    select json_agg(d.code order by o.position)
    from subscription_discount o
    join coupon d on d.coupon_id = o.coupon_id
    where o.subscription_id = s.subscription_id
      and (d.duration_cycles is null or o.cycles_used < d.duration_cycles)),
  'taxes', nullif(s.taxes, '{}'), 'bill_in', nullif(s.bill_in, 'advance'),
  'bill_in_advance_days', nullif(s.bill_in_advance_days, 0),
  'snap_to_nth_day', s.snap_to_nth_day, 'anchor_day', s.anchor_day, 'trial_end', s.trial_end,
  'cycles', s.cycles, 'cancel_at_period_end', nullif(s.cancel_at_period_end, false),
  'canceled_at', s.canceled_at, 'prorate_cancel', nullif(s.prorate_cancel, false),
  'paused', nullif(s.paused, false), 'contract_renewal_cycles', s.contract_renewal_cycles,
  'contract_renewal_mode', nullif(s.contract_renewal_mode, 'none'),
  'billed_through', greatest(b.covered_through, s.migrated_through),
  'metadata', nullif(s.metadata, '{}')))::text as line
from subscription s
join plan p on p.plan_id = s.plan_id
join customer c on c.customer_id = s.customer_id
left join billing_cursor b on b.subscription_id = s.subscription_id
where ($1::text is null or c.seller_id = (select e.seller_id from seller e where e.code = $1))
  and ($2::bigint is null or s.subscription_id = $2)
  and ($5::bigint is null or s.customer_id = $5)
  and ($6::bigint is null or s.subscription_id > $6)
order by s.subscription_id
limit $3::bigint offset $4::bigint
