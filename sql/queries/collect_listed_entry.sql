-- Notes the debits of an open listed credit as booked, on a person's word: the one of its
-- end-to-end id, else those of its block; but what was rejected, what was taken back since no money
-- came, and what is booked already.
-- $1 bank_entry_id bigint. Out: seller_id bigint, day date: the entry's, or the first of open
-- books; amount bigint in minor units: what they come to; bank_file_id bigint, amounts bigint[]
-- of each; one row, or none where it has no such debit.
-- Index: bank_entry_id_key, bank_block_payment_key, bank_debit_block_idx, payment_attempt_pkey.
with entry as materialized (
  select e.*, exists (
      select from bank_debit d where bank_words(d.end_to_end_id) = e.words[2]) as is_of_one
  from bank_entry e
  where e.bank_entry_id = $1 and e.is_credit and e.payment_id is null and e.cleared_at is null
    and e.reason in ('block_differs', 'booked_again', 'details_missing') and e.currency = 'EUR'
), noted as (
  update bank_debit d
  set booked_on = e.booked_on, booked_account = e.account, is_booking_stated = true
  from entry e, bank_block b, payment_attempt a
  where b.bank_file_id = d.bank_file_id and b.block = d.block
    and case when e.is_of_one then bank_words(d.end_to_end_id) = e.words[2]
      else b.payment_id = e.reference end
    and a.payment_attempt_id = d.payment_attempt_id
    and (a.state <> 'declined' or a.returned_at is not null)
    and d.booked_on is null and d.uncollected_on is null
  returning d.bank_file_id, d.amount_minor, e.booked_on
)
select f.seller_id, greatest(n.booked_on, s.closed_through + 1) as day,
  sum(n.amount_minor)::bigint as amount, f.bank_file_id,
  array_agg(n.amount_minor order by n.amount_minor) as amounts
from noted n
join bank_file f on f.bank_file_id = n.bank_file_id
join seller s on s.seller_id = f.seller_id
group by f.bank_file_id, f.seller_id, n.booked_on, s.closed_through
order by f.bank_file_id
