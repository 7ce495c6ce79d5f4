-- The next invoices whose charge is due, and whether their payers are locked: nobody waits for who
-- is at work at a payer, since that one may wait for us.
-- $1 seller bigint, $2 as-of day date, $3 moment timestamptz; after $4 date and $5 invoice bigint,
-- nulls for the first; $6 limit bigint.
-- Out, in order: invoice_id bigint, next_payment_attempt_on date, is_locked boolean.
-- Index: invoice_attempt_idx, payment_attempt_try_key, customer_pkey.
with due as materialized (
  select i.invoice_id, i.customer_id, i.next_payment_attempt_on
  from invoice i
  where i.seller_id = $1 and i.next_payment_attempt_on <= $2
    and coalesce(i.next_payment_attempt_at, '-infinity') <= $3
    -- Debits are pending for weeks: not to be locked and looked at each night.
    and (
      select bool_or(a.state = 'pending') from payment_attempt a
      where a.invoice_id = i.invoice_id) is not true
    and (i.next_payment_attempt_on, i.invoice_id)
      > (coalesce($4::date, '-infinity'), coalesce($5::bigint, 0))
  order by i.next_payment_attempt_on, i.invoice_id
  limit $6
), locked as materialized (
  select c.customer_id from customer c
  where c.customer_id in (select d.customer_id from due d)
  for no key update of c skip locked
)
select d.invoice_id, d.next_payment_attempt_on, l.customer_id is not null as is_locked
from due d
left join locked l on l.customer_id = d.customer_id
order by d.next_payment_attempt_on, d.invoice_id
