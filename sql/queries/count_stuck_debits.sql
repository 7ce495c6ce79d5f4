-- Debits past their final day whose file nobody has handed over.
-- $1 seller bigint, $2 today date. Out: count bigint. Index: bank_block_pkey.
select coalesce(sum(b.debit_count), 0)::bigint as count
from bank_block b
join bank_file f on f.bank_file_id = b.bank_file_id
where f.seller_id = $1 and f.state = 'written' and b.final_on <= $2
