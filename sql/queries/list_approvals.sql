-- Approvals, the newest first.
-- $1 approval_id bigint, 0 for all; $2 only those that wait or can be used boolean.
-- Out: approval_id bigint, seller, operation, facts, requested_by, requested_os_user text,
-- requested_at bigint (UNIX seconds, as all moments here), approved_by, approved_os_user text,
-- approved_at bigint, declined_by text, declined_at bigint, reason text, used_by text, used_at
-- bigint; nulls while it waits.
-- Index: approval_pkey.
select a.approval_id, s.code as seller, a.operation, a.facts, a.requested_by,
  a.requested_os_user, floor(extract(epoch from a.requested_at))::bigint as requested_at,
  a.approved_by, a.approved_os_user,
  floor(extract(epoch from a.approved_at))::bigint as approved_at, a.declined_by,
  floor(extract(epoch from a.declined_at))::bigint as declined_at, a.reason, a.used_by,
  floor(extract(epoch from a.used_at))::bigint as used_at
from approval a
join seller s on s.seller_id = a.seller_id
where ($1::bigint = 0 or a.approval_id = $1)
  and (not $2::boolean or a.used_at is null and a.declined_at is null)
order by a.approval_id desc
