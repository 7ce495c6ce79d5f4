-- Gives back to credits what a refund had taken out of them that was declined.
-- $1 refund id bigint. Index: credit_payout_refund_idx, credit_pkey.
with freed as (
  delete from credit_payout o
  where o.refund_id = $1
  returning o.credit_id, o.amount_minor
)
update credit c
set used_minor = c.used_minor - f.amount_minor
from (select credit_id, sum(amount_minor) as amount_minor from freed group by credit_id) f
where c.credit_id = f.credit_id
