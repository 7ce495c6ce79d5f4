-- Which lines have invoices, and of which sellers. Out: first_line, last_line integer (null for
-- none), sellers bigint[].
select min(line) as first_line, max(line) as last_line,
  coalesce(array_agg(distinct seller_id) filter (where seller_id is not null), '{}') as sellers
from import_invoice
