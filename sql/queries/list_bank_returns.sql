-- The debits that a camt message takes back, and what else it debits by their end-to-end ids.
-- $1 moment timestamptz.
-- Out, in order of the message: payment_attempt_id, seller_id bigint, state, reason text, taken
-- (what the bank took), charges, amount (of the attempt) bigint in minor units, booked_on date;
-- payment_id bigint (null before it was approved), earliest date: from which day on it can be taken
-- off; decline_class text; source bigint; today date; place, booking bigint; of its booking: rest
-- (what it is more than its details), charges, details, amount (of its attempts), shown
-- (what of it a person is told: all, or the part of this debit) bigint, is_other boolean: another
-- transaction of the message is nearer to the debit; fee (what is booked of it already,
-- or listed and open) bigint;
-- is_again boolean: it ended before, and this is another one, by day and reference, by the
-- references of two statements (camt.053) or by the account, or the money came in since then and
-- was recorded; bank_ref text, is_statement boolean, account text: its last four places.
-- Index: bank_debit_end_to_end_key, payment_of_attempt_key, settlement_payment_idx,
-- bank_entry_open_idx.
with returned as (
  select t.*, d.payment_attempt_id, d.amount_minor as debit_minor, d.fee_minor, d.returned_on,
    d.return_ref, d.return_account, d.is_return_stated,
    row_number() over (partition by d.payment_attempt_id order by n.more < 0, abs(n.more), t.place)
      > 1 as is_other
  from bank_item t
  join bank_debit d on d.end_to_end_id = t.end_to_end_id
  cross join lateral (
    select coalesce(t.amount_minor, d.amount_minor) - d.amount_minor as more) n
  where t.kind = 'return'
), booking as (
  select t.booking, max(t.booking_minor) - coalesce(max(t.detail_minor),
      sum(case when t.is_credit = t.is_credit_booking then 1 else -1 end
        * coalesce(t.amount_minor, d.amount_minor)) filter (where t.kind <> 'part')) as rest,
    coalesce(nullif(sum(t.charges_minor), 0), max(t.booking_charges_minor)) as charges,
    count(*) as details, sum(d.amount_minor) as amount,
    bool_and(coalesce(t.amount_minor, d.amount_minor) is not null) as is_told
  from bank_item t
  left join bank_debit d on d.end_to_end_id = t.end_to_end_id
  where t.booking in (select r.booking from returned r)
  group by t.booking
)
select r.payment_attempt_id, i.seller_id, a.state, coalesce(r.return_reason, 'MS03') as reason,
  coalesce(r.amount_minor, r.debit_minor) as taken,
  case when b.details > 1 then r.charges_minor else b.charges end::bigint as charges,
  r.debit_minor as amount, r.booked_on, p.payment_id,
  greatest(p.received_on, s.closed_through + 1, (
    select max(n.effective_on) from settlement n where n.payment_id = p.payment_id)) as earliest,
  (select d.decline_class from decline_rule d
   where d.code = coalesce(r.return_reason, 'MS03') and d.gateway in (a.gateway, '*')
   order by d.gateway = '*' limit 1) as decline_class,
  a.payment_source_id as source, ($1::timestamptz at time zone s.time_zone)::date as today,
  r.place, r.booking, case when b.is_told then b.rest else -1 end::bigint as rest,
  b.charges::bigint as booking_charges, b.details, b.amount::bigint as booking_amount,
  case when b.details = 1 then r.booking_minor
    else coalesce(r.amount_minor, r.debit_minor) end as shown, r.is_other,
  coalesce(r.fee_minor, (
    select sum(f.fee_minor) from payment_return f where f.payment_id = p.payment_id), 0)::bigint
    + coalesce((
      select sum(e.amount_minor) from bank_entry e
      where e.payment_id is null and e.cleared_at is null and (e.reason = 'fee_later'
          or e.reason = 'returned_again' and e.amount_minor < r.debit_minor)
        and e.words[2] = bank_words(r.end_to_end_id)), 0)::bigint as fee,
  case when a.state in ('pending', 'approved') then false
    when r.returned_on is null then exists (
      select from bank_entry e
      where e.payment_id is not null and e.cleared_at is not null
        and starts_with(e.reference, r.end_to_end_id))
    else coalesce(right(r.account, 4) <> r.return_account, false)
      or coalesce(r.bank_ref <> r.return_ref, abs(r.booked_on - r.returned_on) > 6)
        and r.booked_on <> r.returned_on
      or coalesce(r.is_statement and r.is_return_stated
        and r.return_ref not in (r.bank_ref, coalesce(r.booking_ref, r.bank_ref)), false)
    end as is_again,
  r.bank_ref, r.is_statement, right(r.account, 4) as account
from returned r
join booking b on b.booking = r.booking
join payment_attempt a on a.payment_attempt_id = r.payment_attempt_id
join invoice i on i.invoice_id = a.invoice_id
join seller s on s.seller_id = i.seller_id
left join payment p on p.payment_attempt_id = r.payment_attempt_id
order by r.place
