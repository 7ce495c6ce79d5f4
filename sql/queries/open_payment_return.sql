-- Notes that a bank or a cardholder wants a payment back, or has taken it back.
-- $1 payment id bigint, $2 kind text, $3 state text, $4 amount bigint and $5 fee bigint in minor
-- units, $6 opened and ended day date, $7 reason text or null. Out: payment_return_id bigint.
insert into payment_return (payment_id, kind, state, amount_minor, fee_minor, opened_on, ended_on,
  reason)
values ($1, $2, $3, $4, $5, $6::date, case when $3 = 'disputed' then null else $6::date end, $7)
returning payment_return_id
