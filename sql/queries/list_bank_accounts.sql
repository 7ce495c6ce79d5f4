-- The accounts that a camt message is of, and what kinds of transactions it has.
-- Out, in order: account text (null for not said), kind text, count bigint.
select t.account, t.kind, count(*) as count
from bank_item t
group by t.account, t.kind
order by t.account, t.kind
