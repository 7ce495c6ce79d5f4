-- Marks returns that cannot be taken as they are. $1 places int8[], $2 amounts int8[] in minor
-- units, $3 reasons text[].
update bank_item t
set kind = 'listed', amount_minor = m.amount, reason = m.reason
from unnest($1::bigint[], $2::bigint[], $3::text[]) as m (place, amount, reason)
where t.place = m.place
