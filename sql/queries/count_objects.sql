-- How many customers or subscriptions there are.
-- $1 kind text: customer or subscription; $2 customer bigint: only its subscriptions, null for all
-- Out: count bigint. Index: customer_pkey, subscription_customer_idx.
select case when $1::text = 'customer' then (select count(*) from customer)
  else (select count(*) from subscription s where $2::bigint is null or s.customer_id = $2)
  end as count
