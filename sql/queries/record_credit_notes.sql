-- Notes who has credited which invoices: an event for each credit note.
-- $1 credit note ids int8[], $2 invoice ids int8[], $3 os_user text, $4 reason text or null
insert into event (kind, subject_kind, subject_id, detail)
select 'credit_note_issued', 'invoice', n.note,
  jsonb_strip_nulls(jsonb_build_object('invoice', n.invoice, 'reason', $4::text, 'os_user',
    $3::text))
from unnest($1::bigint[], $2::bigint[]) as n (note, invoice)
order by n.note
