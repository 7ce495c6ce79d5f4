-- How often the links of a document were revoked, and whether they open anything: drafts have
-- none. Always one row, by the same way, whether there is such a document or not.
-- $1 invoice id bigint. Out: version integer, is_open boolean.
-- Index: revoked_link_pkey, invoice_pkey.
select
  coalesce((select r.version from revoked_link r where r.invoice_id = $1::bigint), 0) as version,
  exists (
    select from invoice i
    where i.invoice_id = $1::bigint and i.state not in ('draft', 'canceled')) as is_open
