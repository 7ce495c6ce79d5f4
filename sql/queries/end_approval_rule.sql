-- No longer wants a second person for something.
-- $1 seller_id bigint, $2 operation text. Index: approval_rule_pkey.
delete from approval_rule where seller_id = $1 and operation = $2
