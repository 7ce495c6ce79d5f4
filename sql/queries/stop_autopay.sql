-- Turns AutoPay off for who pays by a source: a claim that was lost is never charged to it again.
-- $1 payment source id bigint. Index: payment_source_pkey, customer_pkey.
update customer c
set autopay = false
from payment_source s
where s.payment_source_id = $1 and s.removed_at is null and c.customer_id = s.customer_id
  and c.autopay
