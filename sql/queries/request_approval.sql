-- Asks for an approval; who asks again gets the one that waits.
-- It is looked for first, since an insert that finds it draws a number for nothing.
-- $1 seller_id bigint, $2 operation text, $3 facts text, $4 os_user text.
-- Out: approval_id bigint, requested_by, approved_by text (null while it waits).
-- Index: approval_open_key.
with waiting as (
  select a.approval_id, a.requested_by, a.approved_by
  from approval a
  where a.seller_id = $1 and a.operation = $2 and a.digest = sha256(convert_to($3, 'UTF8'))
    and a.used_at is null and a.declined_at is null
), asked as (
  insert into approval (seller_id, operation, facts, digest, requested_os_user)
  select $1, $2, $3, sha256(convert_to($3, 'UTF8')), $4
  where not exists (select from waiting)
  on conflict (seller_id, operation, digest) where used_at is null and declined_at is null
    do update set facts = excluded.facts
  returning approval_id, requested_by, approved_by
)
select w.approval_id, w.requested_by, w.approved_by from waiting w
union all
select a.approval_id, a.requested_by, a.approved_by from asked a
