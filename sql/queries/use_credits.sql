-- Takes from credits what documents were paid or reduced with; credit_used_within refuses too much.
-- $1 credit ids int8[], $2 amounts int8[]. Index: credit_pkey.
update credit c
set used_minor = c.used_minor + used.amount_minor
from (select credit_id, sum(amount_minor) as amount_minor
      from unnest($1::bigint[], $2::bigint[]) as u (credit_id, amount_minor)
        group by credit_id) used
where c.credit_id = used.credit_id
