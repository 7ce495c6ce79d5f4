-- The id of the next file to a bank, and what it is called by: unlike those of other books.
-- $1 dry boolean: it is only looked at, and stays the next.
-- Out: bank_file_id bigint, message_id text.
select n.id as bank_file_id, left(b.uuid::text, 8) || '-F' || n.id as message_id
from book b,
  lateral (
    select case when $1::boolean then (
        select q.last_value + q.is_called::integer from bank_file_bank_file_id_seq q)
      else nextval(pg_get_serial_sequence('bank_file', 'bank_file_id')) end as id) n
