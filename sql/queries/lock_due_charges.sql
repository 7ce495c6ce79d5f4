-- The next invoices whose charge is due, their payers locked; payers at whom somebody else is at
-- work are left for later, so that nobody waits for another who waits.
-- $1 seller bigint, $2 as-of day date, $3 moment timestamptz; after $4 date and $5 invoice bigint,
-- nulls for the first; $6 limit bigint.
-- Out, in order: invoice_id bigint, next_payment_attempt_on date.
-- Index: invoice_attempt_idx, customer_pkey.
select i.invoice_id, i.next_payment_attempt_on
from invoice i
join customer c on c.customer_id = i.customer_id
where i.seller_id = $1 and i.next_payment_attempt_on <= $2
  and coalesce(i.next_payment_attempt_at, '-infinity') <= $3
  and ($5::bigint is null or (i.next_payment_attempt_on, i.invoice_id) > ($4::date, $5))
order by i.next_payment_attempt_on, i.invoice_id
limit $6
for no key update of c skip locked
