-- The documents of a run that stand in a state, payer by payer, the newest first.
-- $1 run_id bigint, $2 state text, $3 payers int8[], empty for all, $4 the last payer bigint and
-- $5 the last document bigint before these (0 and 0 at the beginning), $6 limit bigint.
-- Out: invoice_id, customer_id bigint, kind text. Index: invoice_run_idx.
select i.invoice_id, i.customer_id, i.kind
from invoice i
where i.run_id = $1 and i.state = $2
  and (cardinality($3::bigint[]) = 0 or i.customer_id = any($3))
  and (i.customer_id, -i.invoice_id) > ($4::bigint, $5::bigint)
order by i.customer_id, -i.invoice_id
limit $6
