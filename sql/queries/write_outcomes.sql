-- What became of charges; those whose outcome is known already stay as they are.
-- One array element an attempt: $1 attempt ids int8[], $2 states text[], nulls for none: $3
-- references, $4 decline codes, $5 decline classes, $6 reasons text[]. $7 as-of day date, $8 moment
-- timestamptz.
-- Out: payment_attempt_id bigint. Index: payment_attempt_pkey.
update payment_attempt t
set state = a.state, gateway_ref = coalesce(a.gateway_ref, t.gateway_ref),
  decline_code = a.decline_code, decline_class = a.decline_class, reason = a.reason,
  settled_on = case when a.state in ('approved', 'declined') then $7::date end,
  settled_at = case when a.state in ('approved', 'declined') then $8::timestamptz end
from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
  as a (payment_attempt_id, state, gateway_ref, decline_code, decline_class, reason)
where t.payment_attempt_id = a.payment_attempt_id
  and t.state in ('intended', 'pending', 'unknown')
returning t.payment_attempt_id
