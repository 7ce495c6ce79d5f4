-- The next drafts to post that were never posted, in the order in which they are numbered
-- (RULES 0.1), but for those that a gate holds.
-- $1 seller text, null for all; $2 run bigint, null for all; $3 the last invoice date, null for
-- all; $4 limit bigint. Out: invoice_id bigint. Index: invoice_draft_idx,
-- invoice_line_pkey, gate_finding_open_idx.
select i.invoice_id
from invoice i
where i.state = 'draft'
  and ($1::text is null or i.seller_id = (select s.seller_id from seller s where s.code = $1))
  and ($2::bigint is null or i.run_id = $2)
  and ($3::date is null or i.invoice_date <= $3)
  and not exists (select from invoice_number n where n.invoice_id = i.invoice_id)
  and not exists (select from gate_finding f
    where f.run_id = i.run_id and f.customer_id is null and f.released_at is null)
  and not exists (select from gate_finding f
    where f.run_id = i.run_id and f.customer_id = i.customer_id and f.released_at is null)
order by i.seller_id, i.invoice_date, i.customer_id,
  (select min(l.period_start) from invoice_line l where l.invoice_id = i.invoice_id) nulls first,
  i.invoice_id
limit $4
