-- Attaches files to the documents that were written from lines of an import.
-- $1 lines int4[], $2 invoice ids int8[].
insert into attachment (invoice_id, file_id)
select m.invoice_id, (a.one #>> '{}')::bigint
from unnest($1::integer[], $2::bigint[]) as m (line, invoice_id)
join import_invoice v on v.line = m.line
cross join lateral jsonb_array_elements(v.attachments) with ordinality as a (one, place)
order by m.invoice_id, a.place
