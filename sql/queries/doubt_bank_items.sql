-- Lists transfers of which nobody can say whether a file told of them before. $1 places int8[], $2
-- reasons text[].
update bank_item t
set kind = 'listed', reason = d.reason
from unnest($1::bigint[], $2::text[]) as d (place, reason)
where t.place = d.place and t.kind = 'transfer'
