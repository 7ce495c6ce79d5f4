-- Keeps what no file told of before: what payment each transfer became, or why none; and what is
-- listed. What takes a block back is told by what the block is called.
-- Out, in order, of those that became none: entry_key, payer, reference text, booked_on date,
-- currency text, amount bigint in minor units, reason text; then nulls in a last row with the
-- number of payments bigint. Index: payment_reference_key, bank_entry_pkey.
with fresh as (
  insert into bank_entry (entry_key, account, bank_ref, booking_ref, booking_minor, detail_count,
    digest, words, is_credit, booked_on, currency, amount_minor, payer, reference, mandate,
    payment_id, reason, is_statement, is_stated, repays)
  select t.entry_key, right(t.account, 4), t.bank_ref, t.booking_ref, t.booking_minor,
    t.detail_count, t.digest, t.words, t.is_credit, t.booked_on, coalesce(t.currency, '?'),
    t.amount_minor, coalesce(t.payer, case when t.reason = 'taken_back' and t.is_credit then (
      select a.request -> 'debit' ->> 'debtor'
      from bank_debit d
      join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
      where d.end_to_end_id = t.end_to_end_id) end),
    case
      when t.reason in ('details_missing', 'block_differs', 'booked_again')
        and t.payment_ref is not null then t.payment_ref
      when t.reason = 'declined_collected' then concat_ws(' ', t.end_to_end_id, t.remittance)
      when t.reason = 'taken_back' and t.is_credit
        then concat_ws(' ', coalesce(t.end_to_end_id, t.payment_ref), t.remittance)
      else coalesce(t.remittance, t.end_to_end_id, t.mandate) end,
    t.mandate, p.payment_id,
    case when p.payment_id is null
      then coalesce(t.reason, e.reason, 'nobody knows whose it is') end,
    t.is_statement, t.is_statement, t.repays
  from bank_item t
  left join import_payment y on y.line = t.place
  left join (
    select x.line, string_agg(split_part(x.fault, '|', 2), '; ' order by x.fault) as reason
    from import_error x group by x.line) e on e.line = t.place
  left join payment p on t.kind = 'transfer' and e.reason is null
    and p.customer_id = y.customer_id and p.method = 'bank_transfer' and p.reference = t.entry_key
  where t.kind in ('transfer', 'listed')
  returning *
)
select f.entry_key, f.payer, f.reference, f.booked_on, f.currency, f.amount_minor as amount,
  f.reason, null::bigint as payments
from fresh f
where f.payment_id is null
union all
select null, null, null, null, null, null, null,
  (select count(*) from fresh where payment_id is not null)
order by entry_key
