-- The payment terms and due dates of a run's drafts that were never posted.
-- $1 run_id bigint. Out: payment_terms text, due_date date, either null, in order.
-- Index: invoice_run_idx.
select i.payment_terms, i.due_date
from invoice i
where i.run_id = $1 and i.state = 'draft' and i.kind = 'invoice'
group by i.payment_terms, i.due_date
order by i.payment_terms, i.due_date
