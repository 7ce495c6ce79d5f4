-- The documents that an id or a number names; a number is unique in a seller only.
-- $1 id bigint, null when it is no whole number; $2 number text;
-- $3 kind text: invoice or credit_note, null for either
-- Out: invoice_id bigint.
-- Index: invoice_pkey, invoice_number_number_key.
select i.invoice_id
from invoice i
where i.invoice_id = $1 and ($3::text is null or i.kind = $3)
union
select n.invoice_id
from invoice_number n
join invoice i on i.invoice_id = n.invoice_id
where n.seller_id = any (array(select s.seller_id from seller s)) and n.number = $2
  and ($3::text is null or i.kind = $3)
order by invoice_id;
