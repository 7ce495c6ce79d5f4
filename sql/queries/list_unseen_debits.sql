-- Files with debits that are approved, and whose money no statement has credited.
-- $1 seller bigint. Out, in order: bank_file_id bigint, count bigint, amount bigint in minor units.
-- Index: bank_debit_unbooked_idx, bank_block_pkey, payment_attempt_pkey.
select d.bank_file_id, count(*) as count, sum(d.amount_minor)::bigint as amount
from unseen_debit d
where d.seller_id = $1
group by d.bank_file_id
order by d.bank_file_id
