-- Debits without a return that are final by now: of files that the bank has.
-- $1 seller bigint, $2 today date, $3 limit bigint. Out, in order: payment_attempt_id bigint.
-- Index: payment_attempt_live_key, bank_debit_pkey, bank_block_pkey.
select a.payment_attempt_id
from bank_block b
join bank_file f on f.bank_file_id = b.bank_file_id and f.seller_id = $1
  and f.state in ('handed_over', 'acknowledged')
join bank_debit d on d.bank_file_id = b.bank_file_id and d.block = b.block
join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id and a.state = 'pending'
where b.final_on <= $2
order by a.payment_attempt_id
limit $3
