-- Drafts that are to be posted, locked by the caller, in the order in which they are numbered
-- (RULES 0.1). Numbers are looked up and never joined: a table that was empty when the statement
-- was planned must not be read whole for each block. The coin is what cash is rounded to, null
-- where an invoice is not paid so.
-- $1 invoice ids int8[]. Out: invoice_id, customer_id bigint, seller, currency text,
-- invoice_date date, total, rounding bigint in minor units, is_numbered, is_supplied boolean
-- (it brings its own number), run_id, coin bigint, closed_through date, kind, state text, is_held
-- boolean: by the gate of its run.
-- Index: invoice_pkey, invoice_line_pkey, invoice_number_invoice_key, payment_source_current_key,
-- gate_finding_open_idx.
select i.invoice_id, i.customer_id, s.code as seller, i.currency::text as currency, i.invoice_date,
  i.total_minor as total, i.rounding_minor as rounding,
  (select n.seq from invoice_number n where n.invoice_id = i.invoice_id) is not null as is_numbered,
  q.number is not null as is_supplied, i.run_id,
  case when s.cash_increment_minor is not null and i.currency = s.currency
    and coalesce(case when i.autopay then (
        select p.object from payment_source p
        where p.customer_id = i.customer_id and p.removed_at is null) end, 'other')
      = any(s.cash_methods)
    then s.cash_increment_minor end as coin,
  s.closed_through, i.kind, i.state,
  i.run_id is not null and i.state = 'draft' and (
    exists (select from gate_finding f
      where f.run_id = i.run_id and f.customer_id is null and f.released_at is null)
    or exists (select from gate_finding f
      where f.run_id = i.run_id and f.customer_id = i.customer_id and f.released_at is null))
    as is_held
from (
  select d.*, count(*) over (partition by d.seller_id, d.invoice_date, d.customer_id) as neighbours
  from invoice d
  where d.invoice_id = any($1)
) i
join seller s on s.seller_id = i.seller_id
left join invoice_request q on q.invoice_id = i.invoice_id
order by i.seller_id, i.invoice_date, i.customer_id,
  -- Looked up where nothing else decides.
  case when i.neighbours > 1 then (
    select min(l.period_start) from invoice_line l where l.invoice_id = i.invoice_id) end
    nulls first,
  i.invoice_id
