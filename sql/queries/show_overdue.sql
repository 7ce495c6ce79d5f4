-- Whether documents, locked by the caller, bear a late fee (RULES 3).
-- $1 invoice ids int8[], $2 moment timestamptz: whose day in the seller's zone is today, $3 step
-- integer, $4 chasing_cadence_id bigint, whose step it is, null: by hand.
-- Out, in order of invoice_id: invoice_id bigint, seller text, due_date date (null where AutoPay
-- has none), is_past_due, is_disputed, is_closed (nobody collects it any more), is_late_fee,
-- is_taken boolean (the step has a fee).
-- Index: invoice_pkey, invoice_line_pkey, late_fee_step_key.
select i.invoice_id, s.code as seller, coalesce(i.amended_due_date, i.due_date) as due_date,
  case when coalesce(i.amended_due_date, i.due_date) is null
    then i.autopay and i.attempt_count > 0
    else coalesce(i.amended_due_date, i.due_date)
      < ($2::timestamptz at time zone s.time_zone)::date end as is_past_due,
  i.invoice_id in (select d.invoice_id from disputed_invoice d) as is_disputed,
  i.closed as is_closed,
  exists (select from invoice_line l where l.invoice_id = i.invoice_id and l.kind = 'late_fee')
    as is_late_fee,
  exists (
    select from late_fee f
    where f.invoice_id = i.invoice_id and f.step = $3::integer
      and ($4::bigint is null or f.chasing_cadence_id is null or f.chasing_cadence_id = $4))
    as is_taken
from invoice i
join seller s on s.seller_id = i.seller_id
where i.invoice_id = any($1)
order by i.invoice_id
