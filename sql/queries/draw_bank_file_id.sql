-- The id of the next file to a bank, and what it is called by: unlike those of other books.
-- Out: bank_file_id bigint, message_id text.
select n.id as bank_file_id, left(b.uuid::text, 8) || '-F' || n.id as message_id
from book b,
  (select nextval(pg_get_serial_sequence('bank_file', 'bank_file_id')) as id) n
