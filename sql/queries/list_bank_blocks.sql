-- The blocks of a file to a bank, with what became of their debits.
-- $1 bank_file_id bigint.
-- Out, in order: block integer, payment_id, scheme, sequence text, collected_on, final_on date,
-- debit_count integer, sum_minor bigint, booked_on date (null while one that stands is not),
-- pending, approved, declined, returned bigint. Index: bank_block_pkey, bank_debit_block_idx.
select b.block, b.payment_id, b.scheme, b.sequence, b.collected_on, b.final_on, b.debit_count,
  b.sum_minor,
  case when bool_and(d.booked_on is not null or d.uncollected_on is not null
      or a.state = 'declined') then max(d.booked_on) end
    as booked_on, count(*) filter (where a.state = 'pending') as pending,
  count(*) filter (where a.state = 'approved') as approved,
  count(*) filter (where a.state = 'declined') as declined,
  count(*) filter (where a.state = 'returned') as returned
from bank_block b
join bank_debit d on d.bank_file_id = b.bank_file_id and d.block = b.block
join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
where b.bank_file_id = $1
group by b.bank_file_id, b.block
order by b.block
