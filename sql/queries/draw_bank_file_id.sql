-- The id of the next file to a bank, and what it is called by: unlike those of other books.
-- $1 dry boolean: it is only looked at, and stays the next.
-- Out: bank_file_id bigint, message_id text.
select n.id as bank_file_id, left(b.uuid::text, 8) || '-F' || n.id as message_id
from book b,
  lateral (
    select case when $1::boolean then coalesce(pg_sequence_last_value(q.name), 0) + 1
      else nextval(q.name) end as id
    from (select pg_get_serial_sequence('bank_file', 'bank_file_id')::regclass as name) q) n
