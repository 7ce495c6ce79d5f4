-- Leaves out what a camt message tells of accounts that are not ours. $1 our accounts text[].
-- Out, in order: subject text, told text: how many transactions.
with dropped as (
  delete from bank_item t
  where t.account is null or t.account <> all($1::text[])
  returning t.account
), statements as (
  delete from told_statement s where s.account is null or s.account <> all($1::text[])
)
select 'account ' || coalesce(left(d.account, 2) || '…' || right(d.account, 4), '?') as subject,
  count(*) || case when count(*) = 1 then ' transaction' else ' transactions' end as told
from dropped d
group by d.account
order by d.account
