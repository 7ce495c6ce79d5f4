-- What of a payment settles nothing: the open credits that it became, locked, the oldest first.
-- $1 payment id bigint. Out: credit_id bigint, open bigint in minor units.
-- Index: credit_payment_idx.
select c.credit_id, c.amount_minor - c.used_minor as open
from credit c
where c.payment_id = $1 and c.used_minor < c.amount_minor
order by c.credit_id
for update
