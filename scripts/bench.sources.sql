-- Everybody pays by AutoPay, at a gateway that approves after 100 ms.
update customer set autopay = true;
insert into payment_source (customer_id, object, gateway, token)
select customer_id, 'card', 'simulated', 'latency_100_approve#' || customer_id from customer;
