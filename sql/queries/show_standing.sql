-- How documents stand, for operations that have locked them (RULES 6).
-- $1 invoice ids int8[], $2 moment timestamptz: whose day in the seller's zone is today.
-- Out, in order of invoice_id: invoice_id, customer_id bigint, kind, state, currency,
-- number text, invoice_date date, owed, settled bigint in minor units, has_left boolean (sent,
-- viewed, exported or in a file to a bank), has_live_attempt, was_charged (an attempt was
-- approved), is_credited (a later document takes of it back), has_late_usage (or bills late usage
-- beside it), takes_back (it has credit lines itself), bills_usage, is_used (what a credit note
-- gives was used), is_of_reversed (it credits an invoice that was reversed) boolean,
-- closed_through, today date.
-- Index: invoice_pkey, payment_attempt_try_key, line_credit_of_idx, invoice_line_pkey,
-- late_usage_pkey, credit_note_idx, credit_payout_credit_idx, event_subject_idx,
-- bank_debit_pkey.
select i.invoice_id, i.customer_id, i.kind, i.state, i.currency::text as currency,
  (select n.number from invoice_number n where n.invoice_id = i.invoice_id) as number,
  i.invoice_date, i.total_minor + i.rounding_minor as owed, i.settled_minor as settled,
  coalesce(i.sent_at, i.viewed_at, i.exported_at) is not null or exists (
    select from payment_attempt a
    where a.invoice_id = i.invoice_id and (
      select true from bank_debit d where d.payment_attempt_id = a.payment_attempt_id))
    as has_left,
  exists (
    select from payment_attempt a
    where a.invoice_id = i.invoice_id and a.state in ('intended', 'pending', 'unknown'))
    as has_live_attempt,
  exists (
    select from payment_attempt a
    where a.invoice_id = i.invoice_id and a.state = 'approved') as was_charged,
  exists (select from line_credit c where c.of_invoice_id = i.invoice_id and c.undone_at is null)
    as is_credited,
  exists (
    select from invoice_line l
    join late_usage u on u.subscription_id = l.subscription_id and u.slot = l.slot
      and u.day_from >= l.period_start and u.day_from < l.period_end
      and u.invoice_id > l.invoice_id
    where l.invoice_id = i.invoice_id and l.kind = 'usage') as has_late_usage,
  exists (select from line_credit c where c.invoice_id = i.invoice_id and c.undone_at is null)
    as takes_back,
  exists (select from invoice_line l where l.invoice_id = i.invoice_id and l.kind = 'usage')
    as bills_usage,
  i.kind = 'credit_note' and exists (
    select from credit c
    where c.credit_note_id = i.invoice_id and c.used_minor > coalesce((
      select sum(p.amount_minor) from credit_payout p
      where p.credit_id = c.credit_id and p.credit_note_id is not null), 0)) as is_used,
  i.kind = 'credit_note' and exists (
    select from line_credit c
    join event e on e.subject_kind = 'invoice' and e.subject_id = c.of_invoice_id
      and e.kind = 'invoice_reversed'
    where c.invoice_id = i.invoice_id) as is_of_reversed,
  s.closed_through, ($2::timestamptz at time zone s.time_zone)::date as today
from invoice i
join seller s on s.seller_id = i.seller_id
where i.invoice_id = any($1)
order by i.invoice_id
