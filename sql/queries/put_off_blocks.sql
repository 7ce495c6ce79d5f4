-- Puts off the day on which debits of blocks are final (RULES 4).
-- One array element a block: $1 bank_file_ids int8[], $2 blocks int4[], $3 final_on date[].
-- Index: bank_block_pkey.
update bank_block b
set final_on = greatest(b.final_on, a.final_on)
from unnest($1::bigint[], $2::integer[], $3::date[]) as a (bank_file_id, block, final_on)
where b.bank_file_id = a.bank_file_id and b.block = a.block
