-- Keeps the date of a series' newest number, after a document's date was changed.
-- $1 number_series_id bigint. Index: invoice_number_pkey.
update number_series f
set last_date = (
  select i.invoice_date from invoice_number n join invoice i on i.invoice_id = n.invoice_id
  where n.number_series_id = f.number_series_id order by n.seq desc limit 1)
where f.number_series_id = $1
