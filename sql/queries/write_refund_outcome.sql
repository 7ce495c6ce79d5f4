-- What became of a refund; one whose outcome is known already stays as it is.
-- $1 refund id bigint, $2 state text; nulls for none: $3 reference, $4 decline code, $5 reason
-- text, $6 day date on which it was paid out; $7 moment timestamptz.
-- Out: refund_id bigint. Index: refund_pkey.
update refund r
set state = $2, gateway_ref = coalesce($3, r.gateway_ref), decline_code = $4, reason = $5,
  effective_on = $6::date,
  settled_at = case when $2 in ('approved', 'declined') then $7::timestamptz end
where r.refund_id = $1 and r.state in ('intended', 'pending', 'unknown')
returning r.refund_id
