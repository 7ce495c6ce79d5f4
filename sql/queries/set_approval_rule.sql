-- Wants a second person for something, beyond an amount.
-- $1 seller_id bigint, $2 operation text, $3 above text in major units, null for all.
-- Index: approval_rule_pkey.
insert into approval_rule (seller_id, operation, above)
values ($1, $2, $3::text::numeric)
on conflict (seller_id, operation)
  do update set above = excluded.above, set_by = session_user, set_at = now()
