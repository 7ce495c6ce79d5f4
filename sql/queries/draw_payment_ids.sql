-- Ids for payments to come; unused ones are lost, which nobody minds.
-- $1 how many bigint
select nextval('payment_payment_id_seq') as payment_id
from generate_series(1, $1::bigint)
