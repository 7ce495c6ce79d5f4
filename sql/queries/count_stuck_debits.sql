-- Debits that stand and are past their final day, and whose file nobody has handed over.
-- $1 seller bigint, $2 today date. Out: count bigint.
-- Index: bank_block_pkey, bank_debit_block_idx, payment_attempt_pkey.
select count(*) as count
from bank_block b
join bank_file f on f.bank_file_id = b.bank_file_id
join bank_debit d on d.bank_file_id = b.bank_file_id and d.block = b.block
join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id and a.state <> 'declined'
where f.seller_id = $1 and f.state = 'written' and b.final_on <= $2
