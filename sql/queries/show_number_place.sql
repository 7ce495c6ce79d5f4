-- Where a document stands in its series of automatic numbers: a row where it has such a number.
-- $1 invoice bigint. Out: format text, before, after date: of the numbers beside it, null for none.
-- Index: invoice_number_invoice_key, invoice_number_pkey.
select f.format,
  (select i.invoice_date from invoice_number m join invoice i on i.invoice_id = m.invoice_id
   where m.number_series_id = n.number_series_id and m.seq < n.seq order by m.seq desc limit 1)
    as before,
  (select i.invoice_date from invoice_number m join invoice i on i.invoice_id = m.invoice_id
   where m.number_series_id = n.number_series_id and m.seq > n.seq order by m.seq limit 1) as after,
  f.number_series_id
from invoice_number n
join number_series f on f.number_series_id = n.number_series_id
where n.invoice_id = $1 and f.kind = 'invoice'
