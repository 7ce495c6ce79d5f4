-- Whether drafts of a run that were never posted have lines taxed by the invoice date, and tax
-- rates change between it and another one.
-- $1 run_id bigint, $2 invoice date. Out: moves boolean.
-- Index: invoice_run_idx, invoice_line_pkey.
select exists (
  select from invoice i
  join invoice_line l on l.invoice_id = i.invoice_id and l.kind <> 'credit'
    and l.period_start is null and l.tax_date = i.invoice_date
  join tax_rate_version v
    on v.valid_from > least(i.invoice_date, $2) and v.valid_from <= greatest(i.invoice_date, $2)
    or v.valid_until > least(i.invoice_date, $2) and v.valid_until <= greatest(i.invoice_date, $2)
  where i.run_id = $1 and i.state = 'draft'
    and not exists (select from invoice_number n where n.invoice_id = i.invoice_id)) as moves
