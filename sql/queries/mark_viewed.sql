-- Notes that somebody has opened a document by its link, the first time. Whoever is changing it
-- just now is not waited for: the next look notes it.
-- $1 invoice id bigint, $2 os_user text. Index: invoice_pkey.
with viewed as (
  update invoice i
  set viewed_at = now()
  from (select w.invoice_id from invoice w
    where w.invoice_id = $1::bigint and w.viewed_at is null
    for no key update skip locked) d
  where i.invoice_id = d.invoice_id
  returning i.invoice_id
)
insert into event (kind, subject_kind, subject_id, detail)
select 'invoice_viewed', 'invoice', v.invoice_id, jsonb_build_object('os_user', $2::text)
from viewed v
