-- Documents to be made again, in blocks of about as many documents and lines.
-- $1 runs int8[] or null for all, also for documents of none, $2 first invoice date date or null,
-- $3 last one date or null, $4 documents and lines a block bigint.
-- Out: invoice_ids bigint[], in order of the first. Drafts that were deleted are left out.
-- Index: invoice_run_idx, invoice_date_idx, invoice_line_pkey.
with wanted as (
  select i.invoice_id,
    1 + (select count(*) from invoice_line l where l.invoice_id = i.invoice_id) as weight
  from invoice i
  where i.state <> 'canceled'
    and ($1::bigint[] is null or i.run_id = any($1))
    and ($2::date is null or i.invoice_date >= $2)
    and ($3::date is null or i.invoice_date <= $3)
), placed as (
  select invoice_id,
    div(sum(weight) over (order by invoice_id) - weight, $4)::bigint as block
  from wanted
)
select array_agg(invoice_id order by invoice_id) as invoice_ids
from placed
group by block
order by block
