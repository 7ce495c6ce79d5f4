-- What the documents of a run are, so that an approval is of just these.
-- $1 run_id bigint, $2 payers int8[], empty for all.
-- Out: documents bigint, digest text. Index: invoice_run_idx.
select count(*) as documents,
  encode(sha256(convert_to(coalesce(string_agg(concat_ws(' ', i.invoice_id, i.state, i.invoice_date,
    i.currency, i.total_minor, i.settled_minor), ',' order by i.invoice_id), ''), 'UTF8')), 'hex')
    as digest
from invoice i
where i.run_id = $1 and i.state <> 'canceled'
  and (cardinality($2::bigint[]) = 0 or i.customer_id = any($2))
