-- What the page of a payment shows beside the document: its source, and how the last attempt
-- ended.
-- $1 invoice id bigint, $2 moment timestamptz.
-- Out: today date (in the seller's zone), is_viewed, autopay boolean, object, last4 text of the
-- source, nulls for none; declined_on date: where the last attempt was declined.
-- Index: invoice_pkey, payment_source_current_key, payment_attempt_try_key.
select ($2::timestamptz at time zone s.time_zone)::date as today, i.viewed_at is not null
    as is_viewed, i.autopay, p.object, p.last4,
  (select case a.state when 'declined' then a.settled_on end from payment_attempt a
    where a.invoice_id = i.invoice_id order by a.try desc limit 1) as declined_on
from invoice i
join seller s on s.seller_id = i.seller_id
left join payment_source p on p.customer_id = i.customer_id and p.removed_at is null
where i.invoice_id = $1::bigint
