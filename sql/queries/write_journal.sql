-- Writes the balanced entry of a batch and currency; journal_balanced refuses any other.
-- $1 seller_id bigint, $2 event text, $3 entry_date date, $4 currency text, $5 run_id bigint,
-- $6 batch_no integer, $7 account codes text[], $8 amounts int8[] (debit positive),
-- $9 plan ids int8[], $10 item ids int8[], $11 tax rate version ids int8[]
with entry as (
  insert into journal (seller_id, event, entry_date, currency, run_id, batch_no)
  values ($1, $2, $3, $4, $5, $6)
  returning journal_id
)
insert into journal_line (journal_id, line_no, account_code, amount_minor, plan_id, item_id,
  tax_rate_version_id)
select e.journal_id, l.line_no, l.account_code, l.amount_minor, l.plan_id, l.item_id,
  l.tax_rate_version_id
from entry e
cross join
  unnest($7::text[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[]) with ordinality
  as l (account_code, amount_minor, plan_id, item_id, tax_rate_version_id, line_no)
