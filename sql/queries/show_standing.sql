-- How documents stand, for operations that have locked them (RULES 6).
-- $1 invoice ids int8[], $2 moment timestamptz: whose day in the seller's zone is today.
-- Out, in order of invoice_id: invoice_id, customer_id bigint, kind, state, currency,
-- number text, invoice_date date, owed, settled bigint in minor units, has_left boolean (sent,
-- viewed, exported or in a file to a bank), has_live_attempt, was_charged (an attempt was
-- approved), is_credited (a later document takes of it back), has_late_usage
-- (or bills late usage beside it), takes_back (it
-- has credit lines itself), bills_usage boolean, closed_through, today date.
-- Index: invoice_pkey, payment_attempt_try_key, line_credit_of_idx, invoice_line_pkey,
-- late_usage_pkey, bank_debit_pkey.
select i.invoice_id, i.customer_id, i.kind, i.state, i.currency::text as currency,
  n.number, i.invoice_date, i.total_minor + i.rounding_minor as owed, i.settled_minor as settled,
  coalesce(i.sent_at, i.viewed_at, i.exported_at) is not null or exists (
    select from payment_attempt a
    join bank_debit d on d.payment_attempt_id = a.payment_attempt_id
    where a.invoice_id = i.invoice_id) as has_left,
  exists (
    select from payment_attempt a
    where a.invoice_id = i.invoice_id and a.state in ('intended', 'pending', 'unknown'))
    as has_live_attempt,
  exists (
    select from payment_attempt a
    where a.invoice_id = i.invoice_id and a.state = 'approved') as was_charged,
  exists (select from line_credit c where c.of_invoice_id = i.invoice_id) as is_credited,
  exists (
    select from invoice_line l
    join late_usage u on u.subscription_id = l.subscription_id and u.slot = l.slot
      and u.day_from >= l.period_start and u.day_from < l.period_end
      and u.invoice_id > l.invoice_id
    where l.invoice_id = i.invoice_id and l.kind = 'usage') as has_late_usage,
  exists (select from line_credit c where c.invoice_id = i.invoice_id) as takes_back,
  exists (select from invoice_line l where l.invoice_id = i.invoice_id and l.kind = 'usage')
    as bills_usage,
  s.closed_through, ($2::timestamptz at time zone s.time_zone)::date as today
from invoice i
join seller s on s.seller_id = i.seller_id
left join invoice_number n on n.invoice_id = i.invoice_id
where i.invoice_id = any($1)
order by i.invoice_id
