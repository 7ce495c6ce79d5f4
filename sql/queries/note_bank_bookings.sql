-- Notes when the bank has booked blocks of debits, which says that it had their files.
-- Out: bank_file_id bigint of the files that it had. Index: bank_block_payment_key,
-- bank_debit_end_to_end_key, bank_block_pkey.
with told as (
  select b.bank_file_id, b.block, min(t.booked_on) as booked_on
  from bank_item t
  left join bank_debit d on d.end_to_end_id = t.end_to_end_id
  join bank_block b on b.payment_id = t.payment_ref
    or b.bank_file_id = d.bank_file_id and b.block = d.block
  where t.kind = 'collected'
  group by b.bank_file_id, b.block
), noted as (
  update bank_block b
  set booked_on = t.booked_on
  from told t
  where b.bank_file_id = t.bank_file_id and b.block = t.block and b.booked_on is null
)
select distinct t.bank_file_id from told t order by t.bank_file_id
