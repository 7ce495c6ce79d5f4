-- What a retry policy does with customers when no attempt of an invoice is left: subscriptions end,
-- AutoPay is off, the invoice is chased.
-- $1 invoice ids int8[], $2 action text (cancel_subscription, autopay_off, chase), $3 as-of day
-- date, $4 os_user text.
-- Index: invoice_pkey, invoice_line_pkey, subscription_pkey, customer_pkey.
with canceled as (
  update subscription b
  set canceled_at = $3
  where $2::text = 'cancel_subscription' and (b.canceled_at is null or b.canceled_at > $3)
    and b.subscription_id in (
      select l.subscription_id from invoice_line l where l.invoice_id = any($1))
    and b.start_date <= $3
  returning b.subscription_id
), manual as (
  update customer c
  set autopay = false
  where $2 = 'autopay_off' and c.autopay
    and c.customer_id in (select i.customer_id from invoice i where i.invoice_id = any($1))
  returning c.customer_id
), chased as (
  update invoice i
  set chase = true
  where $2 = 'chase' and i.invoice_id = any($1) and not i.chase
  returning i.invoice_id
)
insert into event (kind, subject_kind, subject_id, detail)
select w.kind, w.subject, w.id,
  jsonb_build_object('reason', 'no attempt is left', 'os_user', $4::text)
from (
  select 'subscription_canceled' as kind, 'subscription' as subject, subscription_id as id
  from canceled
  union all select 'autopay_off', 'customer', customer_id from manual
  union all select 'chasing_began', 'invoice', invoice_id from chased
) w
