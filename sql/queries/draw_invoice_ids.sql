-- Ids for documents to come; unused ones are lost, which nobody minds:
-- numbers are what has no gaps.
-- $1 how many bigint
select nextval('invoice_invoice_id_seq') as invoice_id
from generate_series(1, $1::bigint)
