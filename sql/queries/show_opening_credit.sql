-- Whether a customer has money as credit that came by no payment. $1 customer_id bigint
-- Out: has_credit boolean. Index: none, as in import_check_customers.
select exists (
  select from credit c
  where c.customer_id = $1 and c.kind = 'money' and c.payment_id is null
    and c.credit_note_id is null) as has_credit
