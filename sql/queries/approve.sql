-- Approves what somebody else has asked for.
-- $1 approval_id bigint, $2 os_user text. Out: approval_id where it was waiting for somebody else.
-- Index: approval_pkey.
update approval
set approved_by = session_user, approved_os_user = $2, approved_at = now()
where approval_id = $1 and approved_at is null and declined_at is null
  and requested_by <> session_user
returning approval_id
