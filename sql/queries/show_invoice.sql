-- A document, as list_invoices.sql has it. $1 id bigint; $2 moment timestamptz, $3 json boolean,
-- $4 expand boolean: as its $15 to $17; $5 kind text, null for any
-- Index: invoice_pkey.
select r.*
from invoice_row($1::bigint, $2::timestamptz, $3::boolean, $4::boolean) r
where $5::text is null or r.kind = $5
