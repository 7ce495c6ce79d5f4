-- Notes what was changed of a document, with the old and the new values, its total among them.
-- $1 invoice bigint, $2 os_user text, $3 fields text[], $4 old text[] and $5 new text[] (JSON),
-- $6 the total before bigint. Index: invoice_pkey.
insert into event (kind, subject_kind, subject_id, detail)
select 'invoice_updated', 'invoice', i.invoice_id, jsonb_build_object('os_user', $2::text,
  'old', coalesce(f.old, '{}') || case when i.total_minor = $6 then '{}'
    else jsonb_build_object('total', trim_scale($6 * u.minor_unit)) end,
  'new', coalesce(f.new, '{}') || case when i.total_minor = $6 then '{}'
    else jsonb_build_object('total', trim_scale(i.total_minor * u.minor_unit)) end)
from invoice i
join currency u on u.code = i.currency
cross join lateral (
  select jsonb_object_agg(c.field, c.old::jsonb) as old,
    jsonb_object_agg(c.field, c.new::jsonb) as new
  from unnest($3::text[], $4::text[], $5::text[]) as c (field, old, new)) f
where i.invoice_id = $1
