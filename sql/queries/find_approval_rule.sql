-- Whether a seller wants a second person for something.
-- $1 seller_id bigint, $2 operation text, $3 the amount in major units as text, null for none,
-- which is beyond every amount.
-- Out: a row where one is wanted. Index: approval_rule_pkey.
select r.operation
from approval_rule r
where r.seller_id = $1 and r.operation = $2
  and (r.above is null or $3::text is null or $3::text::numeric > r.above)
