-- Keeps the accounts of a manifest whose lines were taken in.
-- $1 side smallint: 1 or 2.
insert into manifest_entry (side, customer_id, doc)
select $1, (t.doc ->> 'customer')::bigint, t.doc
from manifest_text t
where t.doc ->> 'object' = 'account'
