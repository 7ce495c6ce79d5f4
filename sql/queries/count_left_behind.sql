-- Counts what an export leaves behind although it is not ended: invoices with a charge on its way,
-- drafts, disputes and refunds, and changes within billed days that no run has taken up.
-- $1 seller text: only its, null for all.
-- Out: charging, drafts, disputes, refunds, changes bigint.
-- Index: payment_attempt_live_key, invoice_draft_idx, payment_return_open_key, refund_open_idx,
-- subscription_pkey, billing_cursor_pkey.
with wanted as (
  select e.seller_id from seller e where $1::text is null or e.code = $1
)
select (
    select count(*) from payment_attempt a
    join invoice i on i.invoice_id = a.invoice_id
    where a.state in ('intended', 'pending', 'unknown') and i.seller_id in (table wanted)
  ) as charging, (
    select count(*) from invoice i where i.state = 'draft' and i.seller_id in (table wanted)
  ) as drafts, (
    select count(*) from payment_return r
    join payment y on y.payment_id = r.payment_id
    join customer c on c.customer_id = y.customer_id
    where r.state = 'disputed' and c.seller_id in (table wanted)
  ) as disputes, (
    select count(*) from refund f
    join payment y on y.payment_id = f.payment_id
    join customer c on c.customer_id = y.customer_id
    where f.state in ('intended', 'pending', 'unknown') and c.seller_id in (table wanted)
  ) as refunds, (
    select count(*) from subscription_change h
    join subscription s on s.subscription_id = h.subscription_id
    join customer c on c.customer_id = s.customer_id
    join billing_cursor b on b.subscription_id = h.subscription_id
    where h.applied_by is null and h.effective >= coalesce(s.migrated_through, s.start_date)
      and h.effective < b.covered_through and c.seller_id in (table wanted)
  ) as changes
