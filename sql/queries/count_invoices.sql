-- How many documents a filter finds; see list_invoices.
-- Filters, null for all: $1 id bigint, $2 kind text, $3 customer bigint, $4 number text,
-- $5 status text, $6 state text, $7 run bigint, $8 start date, $9 end date (both inclusive, of the
-- invoice date), $10 metadata jsonpath.
-- $11 moment timestamptz: whose day in the seller's zone decides what is past due
-- Out: count bigint. Index: as list_invoices.
select count(*) as count
from matching_invoices($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text::jsonpath, $11)
