-- Notes that a bank took debits back: what was approved is returned, what was declined stays so.
-- $1 attempt ids int8[], $2 reasons text[], $3 moment timestamptz. Index: payment_attempt_pkey.
update payment_attempt t
set state = case t.state when 'declined' then 'declined' else 'returned' end,
  returned_at = case t.state when 'declined' then coalesce(t.returned_at, $3) else $3 end,
  decline_code = case t.state when 'declined' then t.decline_code else a.code end
from unnest($1::bigint[], $2::text[]) as a (id, code)
where t.payment_attempt_id = a.id and t.state in ('approved', 'returned', 'declined')
