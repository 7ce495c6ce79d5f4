-- What a run has done, so that an approval is of just that: its documents, and the days that it has
-- covered without billing them.
-- $1 run_id bigint, $2 payers int8[], empty for all.
-- Out: documents bigint, digest text, spans, payers (of these days) bigint.
-- Index: invoice_run_idx, coverage_run_idx.
with document as (
  select count(*) as documents,
    string_agg(concat_ws(' ', i.invoice_id, i.state, i.invoice_date, i.currency, i.total_minor,
      i.settled_minor), ',' order by i.invoice_id) as facts
  from invoice i
  where i.run_id = $1 and i.state <> 'canceled'
    and (cardinality($2::bigint[]) = 0 or i.customer_id = any($2))
), days as (
  select count(*) as spans, count(distinct c.payer_id) as payers,
    string_agg(concat_ws(' ', c.subscription_id, c.slot, c.span_start, c.span_end, c.payer_id),
      ',' order by c.subscription_id, c.slot, c.span_start) as facts
  from coverage c
  where c.run_id = $1 and c.released_by is null
    and (cardinality($2::bigint[]) = 0 or c.payer_id = any($2))
)
select d.documents, encode(sha256(convert_to(concat_ws(';', coalesce(d.facts, ''), s.facts),
    'UTF8')), 'hex') as digest, s.spans, s.payers
from document d, days s
