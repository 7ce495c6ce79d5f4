-- Locks the payers of payments, in order: whoever records the same beside it is seen afterwards.
-- Index: customer_pkey.
with locked as (
  select c.customer_id
  from customer c
  where c.customer_id in (select y.customer_id from import_payment y)
  order by c.customer_id
  for no key update
)
select count(*) from locked;
