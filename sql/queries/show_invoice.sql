-- A document, as list_invoices.sql has it. $1 id bigint; $2 moment timestamptz, $3 json boolean,
-- $4 expand boolean: as its $15 to $17; $5 name text, null for none: then it is not given where
-- another document has that number; $6 kind text, null for any
-- Index: invoice_pkey, invoice_number_number_key.
select r.*
from invoice_row($1::bigint, $2::timestamptz, $3::boolean, $4::boolean) r
where ($6::text is null or r.kind = $6)
  and ($5::text is null or not exists (
    select from invoice_number n
    where n.seller_id = any (array(select s.seller_id from seller s)) and n.number = $5
      and n.invoice_id <> r.invoice_id))
