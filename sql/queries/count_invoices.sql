-- How many documents a filter finds; see list_invoices.
-- Filters, null for all: $1 id bigint, $2 kind text, $3 customer bigint, $4 number text,
-- $5 status text, $6 state text, $7 run bigint, $8 start date, $9 end date (both inclusive, of the
-- invoice date), $10 metadata jsonb.
-- $11 moment timestamptz: whose day in the seller's zone decides what is past due
-- Out: count bigint. Index: as list_invoices.
select count(*) as count
from invoice i
join seller s on s.seller_id = i.seller_id
cross join lateral (select $5::text is not null and exists (
  select from payment_attempt a
  where a.invoice_id = i.invoice_id and a.state in ('intended', 'pending', 'unknown'))
    as is_pending) pending
where ($1::bigint is null or i.invoice_id = $1)
  and ($2::text is null or i.kind = $2)
  and ($3::bigint is null or i.customer_id = $3)
  and ($4::text is null or i.invoice_id = any (array(
    select m.invoice_id from invoice_number m
    where m.seller_id = any (array(select e.seller_id from seller e)) and m.number = $4)))
  and ($5::text is null
    or invoice_status(i, ($11::timestamptz at time zone s.time_zone)::date, pending.is_pending)
      = $5)
  -- What the status says of columns, for the indexes.
  and ($5::text is null
    or $5 not in ('disputed', 'pending', 'past_due', 'viewed', 'sent', 'not_sent')
    or i.state = 'open')
  and ($5::text is null or $5 not in ('pending', 'past_due', 'viewed', 'sent', 'not_sent')
    or i.settled_minor < i.total_minor + i.rounding_minor)
  and ($5::text is null or $5 not in ('voided', 'canceled', 'draft', 'reversed') or i.state = $5)
  and ($5::text is null or $5 <> 'bad_debt' or i.state = 'written_off')
  and ($5::text is null or $5 <> 'pending' or i.invoice_id = any (array(
    select a.invoice_id from payment_attempt a
    where a.state in ('intended', 'pending', 'unknown'))))
  and ($5::text is null or $5 not in ('viewed', 'sent', 'not_sent')
    or coalesce(i.amended_due_date, i.due_date) is null
    or coalesce(i.amended_due_date, i.due_date)
      >= ($11::timestamptz at time zone 'UTC')::date - 1)
  and ($6::text is null or i.state = $6)
  and ($7::bigint is null or i.run_id = $7)
  and ($8::date is null or i.invoice_date >= $8)
  and ($9::date is null or i.invoice_date <= $9)
  and ($10::jsonb is null or i.metadata @> $10)
