-- How many debits of a file are not declined. $1 bank_file_id bigint. Out: count bigint.
-- Index: bank_debit_block_idx, payment_attempt_pkey.
select count(*) as count
from bank_debit d
join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id
where d.bank_file_id = $1 and a.state <> 'declined'
