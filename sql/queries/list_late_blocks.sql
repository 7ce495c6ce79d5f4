-- Blocks that are final by now by their day, and of which the bank has booked a debit later than on
-- the day of their collection: a return may still come.
-- $1 seller bigint, $2 today date.
-- Out, in order: bank_file_id bigint, block integer, gateway, scheme text, booked_on date (the last
-- one). Index: payment_attempt_live_key, bank_debit_pkey, bank_debit_block_idx.
select b.bank_file_id, b.block, f.gateway, b.scheme, max(d.booked_on) as booked_on
from bank_block b
join bank_file f on f.bank_file_id = b.bank_file_id and f.seller_id = $1
  and f.state in ('handed_over', 'acknowledged')
join bank_debit d on d.bank_file_id = b.bank_file_id and d.block = b.block
join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id and a.state = 'pending'
where b.final_on <= $2 and d.booked_on > b.collected_on
group by b.bank_file_id, b.block, f.gateway
order by b.bank_file_id, b.block
