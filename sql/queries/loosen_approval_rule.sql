-- What a second person has to approve before a rule is set or ended, and locks the rule.
-- $1 seller_id bigint, $2 operation text, $3 above text in major units, null for all, $4 boolean:
-- whether a second person is wanted still.
-- Out: facts text, null where one person may do it; no row without a rule.
-- Index: approval_rule_pkey.
select looser_rule(r, s.code, $3::text::numeric, $4) as facts
from approval_rule r
join seller s on s.seller_id = r.seller_id
where r.seller_id = $1 and r.operation = $2
for update of r
