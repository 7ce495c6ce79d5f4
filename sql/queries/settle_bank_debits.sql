-- Notes that the money of approved debits is at the bank, by its statement.
-- $1 seller bigint, $2 today date. Out: amount bigint in minor units.
-- Index: bank_debit_block_idx, payment_attempt_pkey.
with settled as (
  update bank_debit d
  set settled_on = $2
  from bank_file f, payment_attempt a
  where f.bank_file_id = d.bank_file_id and f.seller_id = $1 and d.booked_on is not null
    and d.settled_on is null and d.uncollected_on is null
    and a.payment_attempt_id = d.payment_attempt_id and a.state in ('approved', 'returned')
  returning d.amount_minor
)
select coalesce(sum(s.amount_minor), 0)::bigint as amount from settled s
