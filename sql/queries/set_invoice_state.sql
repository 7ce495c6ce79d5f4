-- Puts documents into another state, and notes who did so: one event each.
-- $1 invoice ids int8[], $2 state text, $3 event kind text, $4 os_user text, $5 reason text or null
-- Index: invoice_pkey.
with before as (
  select i.invoice_id, i.state from invoice i where i.invoice_id = any($1)
), moved as (
  update invoice i
  set state = $2, closed = i.closed or $2 = 'written_off', updated_at = now()
  where i.invoice_id = any($1)
  returning i.invoice_id
)
insert into event (kind, subject_kind, subject_id, detail)
select $3, 'invoice', m.invoice_id,
  jsonb_strip_nulls(jsonb_build_object(
    'old', b.state, 'new', $2::text, 'reason', $5::text, 'os_user', $4::text))
from moved m
join before b on b.invoice_id = m.invoice_id
order by m.invoice_id
