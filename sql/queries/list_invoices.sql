-- Documents by filter: what a table for people shows, and the Invoice object as JSON where it is
-- wanted.
-- Filters, null for all: $1 id bigint, $2 kind text, $3 customer bigint, $4 number text,
-- $5 status text, $6 state text, $7 run bigint, $8 start date, $9 end date (both inclusive, of the
-- invoice date), $10 metadata jsonpath.
-- $11 sort text: date, due_date, number, name, customer, total or balance, null for id;
-- $12 descending boolean
-- $13 after bigint: only beyond this one in the order of ids, dates or customers
-- $14 limit bigint, null for all
-- $15 moment timestamptz: whose day in the seller's zone decides what is past due
-- $16 json boolean: whether the object is made; $17 expand boolean: with the customer as an object
-- $18 offset bigint: how many are passed over, null for none
-- Out: invoice_id, customer_id, subscription_id, run_id bigint, kind, customer_name, number,
-- status, state text, was_sent boolean, invoice_date, due_date date, payment_terms, currency text,
-- digits smallint,
-- and bigint in minor units: subtotal, discounts, taxes, total, rounding, settled, balance; object
-- json; link_version integer: how often its links were revoked, null for never or without json.
-- A draft shows the number that it is to get, where it was given one.
-- Index: invoice_pkey; by filter invoice_customer_idx, invoice_run_idx, invoice_number_number_key,
-- invoice_date_idx, invoice_unsettled_idx, invoice_state_idx, invoice_metadata_idx.
select r.*
from (
  select i.invoice_id
  from matching_invoices($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text::jsonpath, $15) i
  where ($13::bigint is null
    or case
      when $11 = 'date' and $12 then (i.invoice_date, i.invoice_id)
        < ((select a.invoice_date from invoice a where a.invoice_id = $13), $13)
      when $11 = 'date' then (i.invoice_date, i.invoice_id)
        > ((select a.invoice_date from invoice a where a.invoice_id = $13), $13)
      when $11 = 'customer' and $12 then (i.customer_id, i.invoice_id)
        < ((select a.customer_id from invoice a where a.invoice_id = $13), $13)
      when $11 = 'customer' then (i.customer_id, i.invoice_id)
        > ((select a.customer_id from invoice a where a.invoice_id = $13), $13)
      when $12 then i.invoice_id < $13
      else i.invoice_id > $13
    end)
  -- Of these keys the planner keeps the one that is asked for, and finds its index.
  order by
    case when $11 = 'date' and not $12 then i.invoice_date end,
    case when $11 = 'date' and $12 then i.invoice_date end desc,
    case when $11 = 'customer' and not $12 then i.customer_id end,
    case when $11 = 'customer' and $12 then i.customer_id end desc,
    case when $11 = 'name' and not $12 then i.name end,
    case when $11 = 'name' and $12 then i.name end desc nulls last,
    case when $11 not in ('date', 'customer', 'name') then
      case $11::text
        when 'due_date' then coalesce(i.amended_due_date, i.due_date) - date '1970-01-01'
        when 'number' then (select n.number_series_id * 1000000000000 + n.seq
          from invoice_number n
          where n.invoice_id = i.invoice_id)
        when 'total' then i.total_minor
        when 'balance' then case
          when i.state in ('voided', 'canceled') then 0
          when i.kind = 'credit_note' and i.state <> 'draft' then (
            select coalesce(sum(c.amount_minor - c.used_minor), 0) from credit c
            where c.credit_note_id = i.invoice_id)
          else i.total_minor + i.rounding_minor - i.settled_minor end
      end * case when $11 in ('total', 'balance') then (
        select u.minor_unit from currency u where u.code = i.currency) else 1 end
        * case when $12 then -1 else 1 end
    end,
    case when $12 then null else i.invoice_id end,
    case when $12 then i.invoice_id end desc
  limit $14 offset $18::bigint
) d
cross join lateral invoice_rows(d.invoice_id, $15::timestamptz, $16::boolean, $17::boolean) r
