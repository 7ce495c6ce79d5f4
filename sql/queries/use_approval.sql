-- Uses an approval, once: who does it is not who approved it.
-- $1 seller_id bigint, $2 operation text, $3 facts text. Out: approval_id where there was one.
-- Index: approval_open_key.
update approval
set used_by = session_user, used_at = now()
where seller_id = $1 and operation = $2 and digest = sha256(convert_to($3, 'UTF8'))
  and used_at is null and declined_at is null and approved_at is not null
  and approved_by <> session_user
returning approval_id
