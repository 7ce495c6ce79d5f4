-- The next drafts to post that were never posted, in the order in which they are numbered
-- (RULES 0.1).
-- $1 seller text, null for all; $2 run bigint, null for all; $3 the last invoice date, null for
-- all; $4 limit bigint. Out: invoice_id bigint. Index: invoice_draft_idx, invoice_line_pkey.
select i.invoice_id
from invoice i
where i.state = 'draft'
  and ($1::text is null or i.seller_id = (select s.seller_id from seller s where s.code = $1))
  and ($2::bigint is null or i.run_id = $2)
  and ($3::date is null or i.invoice_date <= $3)
  and not exists (select from invoice_number n where n.invoice_id = i.invoice_id)
order by i.seller_id, i.invoice_date, i.customer_id,
  (select min(l.period_start) from invoice_line l where l.invoice_id = i.invoice_id) nulls first,
  i.invoice_id
limit $4
