-- The debits that a camt message takes back. $1 moment timestamptz.
-- Out, in order: payment_attempt_id, customer_id, seller_id bigint, state, reason text, taken
-- bigint in minor units (what the bank took, null for not said), charges bigint, amount bigint (of
-- the attempt), booked_on date; payment_id bigint (null before it was approved), earliest date:
-- from which day on it can be taken off; decline_class text; source bigint; today date.
-- Index: bank_debit_end_to_end_key, payment_of_attempt_key, settlement_payment_idx.
select distinct on (d.payment_attempt_id) d.payment_attempt_id, i.customer_id, i.seller_id, a.state,
  coalesce(t.return_reason, 'MS03') as reason, t.amount_minor as taken,
  t.charges_minor as charges, d.amount_minor as amount, t.booked_on, p.payment_id,
  greatest(p.received_on, s.closed_through + 1, (
    select max(n.effective_on) from settlement n where n.payment_id = p.payment_id)) as earliest,
  (select r.decline_class from decline_rule r
   where r.code = coalesce(t.return_reason, 'MS03') and r.gateway in (a.gateway, '*')
   order by r.gateway = '*' limit 1) as decline_class,
  a.payment_source_id as source, ($1::timestamptz at time zone s.time_zone)::date as today
from bank_item t
join bank_debit d on d.end_to_end_id = t.end_to_end_id
join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
join invoice i on i.invoice_id = a.invoice_id
join seller s on s.seller_id = i.seller_id
left join payment p on p.payment_attempt_id = d.payment_attempt_id
where t.kind = 'return'
order by d.payment_attempt_id, t.place
