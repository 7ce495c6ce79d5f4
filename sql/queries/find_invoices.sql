-- What an operation in bulk has to know of documents, by filter.
-- Filters $1 to $10 as list_invoices.sql has them, null for all; $11 moment timestamptz: whose day
-- in the seller's zone decides what is past due; $12 boolean: in the order in which they are
-- numbered (RULES 0.1) instead of that of ids; $13 boolean: whether an address is looked for.
-- Out: invoice_id, customer_id bigint, state, currency text, digits smallint, total, owed, settled
-- bigint in minor units, has_number, has_live_attempt, was_sent, is_unreachable boolean: its
-- customer has no address for email.
-- Index: by filter as list_invoices.sql; invoice_number_invoice_key, payment_attempt_live_key,
-- customer_pkey, invoice_line_pkey.
select i.invoice_id, i.customer_id, i.state, i.currency::text as currency, u.digits,
  i.total_minor as total, i.total_minor + i.rounding_minor as owed, i.settled_minor as settled,
  (select n.seq from invoice_number n where n.invoice_id = i.invoice_id) is not null as has_number,
  i.state = 'open' and exists (
    select from payment_attempt a
    where a.invoice_id = i.invoice_id and a.state in ('intended', 'pending', 'unknown'))
    as has_live_attempt,
  i.sent_at is not null as was_sent,
  case when $13::boolean then (
    select coalesce(trim(c.email), '') = '' from customer c where c.customer_id = i.customer_id)
    else false end as is_unreachable
from (
  select d.*, case when $12::boolean then count(*)
      over (partition by d.seller_id, d.invoice_date, d.customer_id) end as neighbours
  from matching_invoices($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text::jsonpath,
    $11) d
) i
join currency u on u.code = i.currency
order by case when $12 then i.seller_id end, case when $12 then i.invoice_date end,
  case when $12 then i.customer_id end,
  -- Looked up where nothing else decides.
  case when i.neighbours > 1 then (
    select min(l.period_start) from invoice_line l where l.invoice_id = i.invoice_id) end
    nulls first,
  i.invoice_id
