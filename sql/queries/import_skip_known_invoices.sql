-- Takes lines of invoices that are known already out of those that are read on, with what is
-- within. Out: skipped bigint. Index: invoice_pkey.
with known as (
  delete from import_line l
  where l.object = 'invoice' and exists (
    select from invoice i
    where i.invoice_id = pg_temp.import_id(case jsonb_typeof(l.doc -> 'id')
      when 'number' then (l.doc ->> 'id')::numeric end))
  returning l.line
), part as (
  delete from import_part p using known k where p.line = k.line
)
select count(*) as skipped from known
