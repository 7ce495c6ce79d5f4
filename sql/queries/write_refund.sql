-- Notes money that was paid back by hand: intended and approved at once, since no gateway is asked.
-- $1 payment id bigint, $2 key text, $3 currency text, $4 amount bigint in minor units, $5 day
-- date, $6 request jsonb. Out: refund_id bigint.
insert into refund (payment_id, state, idempotency_key, currency, amount_minor, request,
  effective_on, settled_at)
values ($1, 'approved', $2, $3, $4, $6, $5::date, clock_timestamp())
returning refund_id
