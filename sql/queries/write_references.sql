-- The gateway's own ids of charges that are about to be made, so that they can be found.
-- One array element an attempt: $1 attempt ids int8[], $2 references text[].
-- Index: payment_attempt_pkey.
update payment_attempt t
set gateway_ref = a.gateway_ref
from unnest($1::bigint[], $2::text[]) as a (payment_attempt_id, gateway_ref)
where t.payment_attempt_id = a.payment_attempt_id
  and t.state in ('intended', 'pending', 'unknown')
