-- Ids for messages to come; unused ones are lost, which nobody minds.
-- $1 how many bigint
select nextval('message_message_id_seq') as message_id
from generate_series(1, $1::bigint)
