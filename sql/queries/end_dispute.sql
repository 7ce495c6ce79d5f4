-- Ends the open dispute of a payment.
-- $1 payment id bigint, $2 state text (won, returned), $3 fee bigint in minor units, $4 day date.
-- Out: payment_return_id, amount bigint in minor units; no row where none is open.
-- Index: payment_return_open_key.
update payment_return r
set state = $2, fee_minor = $3, ended_on = $4::date
where r.payment_id = $1 and r.state = 'disputed'
returning r.payment_return_id, r.amount_minor as amount
