-- What some documents of runs are that have numbers, where their sellers want a second person to
-- take runs back.
-- $1 invoice ids int8[].
-- Out, in order: seller_id bigint, seller text, documents bigint, runs, first, last text (the
-- numbers), digest text. Index: invoice_pkey, invoice_number_invoice_key, approval_rule_pkey.
with document as (
  select i.seller_id, i.invoice_id, i.run_id,
    -- Looked up, never joined: see load_postings.sql.
    (select n.number from invoice_number n where n.invoice_id = i.invoice_id) as name,
    concat_ws(' ', i.invoice_id, i.state, i.invoice_date, i.currency, i.total_minor,
      i.settled_minor) as text
  from invoice i
  join approval_rule r on r.seller_id = i.seller_id and r.operation = 'run_reverse'
  where i.invoice_id = any($1) and i.run_id is not null
)
select d.seller_id, s.code as seller, count(*) as documents,
  string_agg(distinct d.run_id::text, ', ' order by d.run_id::text) as runs,
  min(d.name) as first, max(d.name) as last,
  encode(sha256(convert_to(string_agg(d.text, ',' order by d.invoice_id), 'UTF8')), 'hex')
    as digest
from document d
join seller s on s.seller_id = d.seller_id
where d.name is not null
group by d.seller_id, s.code
order by d.seller_id
