-- An attempt, with the day on which it is looked at.
-- $1 attempt bigint, $2 moment timestamptz, $3 text: the gateway's id of a charge.
-- Out: seller_id bigint, state text, today date, number, currency text, amount bigint in minor
-- units, other bigint: another attempt at the gateway with that id, null for none.
-- Index: payment_attempt_pkey.
select c.seller_id, a.state, ($2::timestamptz at time zone s.time_zone)::date as today,
  coalesce(n.number, i.invoice_id::text, a.gateway_ref) as number, a.currency::text as currency,
  a.amount_minor as amount,
  (select min(o.payment_attempt_id) from payment_attempt o
    where o.gateway = a.gateway and o.gateway_ref = $3
      and o.payment_attempt_id <> a.payment_attempt_id) as other
from payment_attempt a
left join invoice i on i.invoice_id = a.invoice_id
join payment_source p on p.payment_source_id = a.payment_source_id
join customer c on c.customer_id = p.customer_id
join seller s on s.seller_id = c.seller_id
left join invoice_number n on n.invoice_id = i.invoice_id
where a.payment_attempt_id = $1
