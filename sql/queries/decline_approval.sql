-- Declines an approval that was not used.
-- $1 approval_id bigint, $2 reason text or null. Out: approval_id where it was open.
-- Index: approval_pkey.
update approval
set declined_by = session_user, declined_at = now(), reason = $2
where approval_id = $1 and used_at is null and declined_at is null
returning approval_id
