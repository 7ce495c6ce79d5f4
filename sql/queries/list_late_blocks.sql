-- Blocks with debits that are pending, and of which the bank has booked one later than on the day
-- of their collection: a return may come for so much longer.
-- $1 seller bigint.
-- Out, in order: bank_file_id bigint, block integer, gateway, scheme text, booked_on date (the last
-- one). Index: payment_attempt_live_key, bank_debit_pkey, bank_debit_block_idx.
select b.bank_file_id, b.block, f.gateway, b.scheme, max(d.booked_on) as booked_on
from bank_block b
join bank_file f on f.bank_file_id = b.bank_file_id and f.seller_id = $1
  and f.state in ('handed_over', 'acknowledged')
join bank_debit d on d.bank_file_id = b.bank_file_id and d.block = b.block
join payment_attempt a on a.payment_attempt_id = d.payment_attempt_id and a.state = 'pending'
where d.booked_on > b.collected_on
group by b.bank_file_id, b.block, f.gateway
order by b.bank_file_id, b.block
