-- Moves the sequences on behind the ids that objects brought along. Those of 10^15 and more are
-- left out: what is drawn never gets there.
select setval(s.name, s.newest)
from (
  select pg_get_serial_sequence('customer', 'customer_id')::regclass as name,
         max(customer_id) as newest
  from customer where customer_id < 1e15::bigint
  union all
  select pg_get_serial_sequence('invoice', 'invoice_id')::regclass, max(invoice_id) from invoice
  union all
  select pg_get_serial_sequence('subscription', 'subscription_id')::regclass, max(subscription_id)
  from subscription where subscription_id < 1e15::bigint
) s
where s.newest > coalesce(pg_sequence_last_value(s.name), 0);
