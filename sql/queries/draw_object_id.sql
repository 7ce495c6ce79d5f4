-- Draws the id of a new object. $1 kind text: customer or subscription. Out: id bigint.
select nextval(pg_get_serial_sequence($1::text, $1::text || '_id')) as id
