-- Sums up the documents of a run by kind and currency, with those of payers of whom something was
-- found.
-- $1 run_id bigint. Out: kind, currency text, documents, zeros (those that come to nothing),
-- total_minor, held bigint. Index: invoice_run_idx, gate_finding_open_idx.
select i.kind, i.currency::text as currency, count(*) as documents,
  count(*) filter (where i.total_minor = 0) as zeros, sum(i.total_minor)::bigint as total_minor,
  count(*) filter (where exists (select from gate_finding f
    where f.run_id = i.run_id and f.customer_id = i.customer_id)) as held
from invoice i
where i.run_id = $1
group by i.kind, i.currency
order by i.kind, i.currency
