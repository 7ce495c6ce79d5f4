-- What was declined of invoices with the source that each has now, the oldest first, with the
-- policy that says when they are charged again.
-- $1 invoice ids int8[].
-- Out: invoice_id bigint, settled_on date, settled_at bigint in UNIX seconds, automatic boolean,
-- decline_class text, barred_hours integer, planned date (null for none), days, hours, pay_days
-- int4[], max_attempts, window_days integer, business_days_only boolean, after_last, country text:
-- nulls where the customer has no policy.
-- Index: payment_attempt_try_key, payment_source_current_key, decline_rule_pkey.
select i.invoice_id, a.settled_on, floor(extract(epoch from a.settled_at))::bigint as settled_at,
  a.automatic, a.decline_class,
  coalesce((
    select d.barred_hours from decline_rule d
    where d.code = a.decline_code and d.gateway in (a.gateway, '*')
    order by d.gateway = '*' limit 1), 0) as barred_hours,
  i.next_payment_attempt_on as planned, r.days, r.hours, r.pay_days, r.max_attempts, r.window_days,
  r.business_days_only, r.after_last, coalesce(r.country, c.country, s.country) as country
from invoice i
join customer c on c.customer_id = i.customer_id
join seller s on s.seller_id = i.seller_id
join payment_source p on p.customer_id = i.customer_id and p.removed_at is null
join payment_attempt a on a.invoice_id = i.invoice_id
  and a.payment_source_id = p.payment_source_id and a.state = 'declined'
left join retry_policy r on r.retry_policy_id = c.retry_policy_id
where i.invoice_id = any($1)
order by i.invoice_id, a.try
