-- The bytes of a file to a bank. $1 bank_file_id bigint. Out: content bytea. Index: bank_file_pkey.
select f.content from bank_file f where f.bank_file_id = $1
