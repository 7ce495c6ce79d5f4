-- Notes that approved debits were taken back. $1 attempt ids int8[], $2 reasons text[], $3 moment
-- timestamptz. Index: payment_attempt_pkey.
update payment_attempt t
set state = 'returned', returned_at = $3, decline_code = a.code
from unnest($1::bigint[], $2::text[]) as a (id, code)
where t.payment_attempt_id = a.id and t.state in ('approved', 'returned')
