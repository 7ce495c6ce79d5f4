-- Asks for an approval; who asks again gets the one that waits.
-- $1 seller_id bigint, $2 operation text, $3 facts text, $4 os_user text.
-- Out: approval_id bigint, requested_by, approved_by text (null while it waits).
-- Index: approval_open_key.
insert into approval (seller_id, operation, facts, digest, requested_os_user)
values ($1, $2, $3, sha256(convert_to($3, 'UTF8')), $4)
on conflict (seller_id, operation, digest) where used_at is null and declined_at is null
  do update set facts = excluded.facts
returning approval_id, requested_by, approved_by
