-- Books what happened on a day: one balanced entry a seller and currency, of all amounts of an
-- account and tax together (RULES 7).
-- $1 event text, $2 entry date, $3 invoice id bigint or null; one array element an amount: $4
-- seller ids int8[], $5 currencies text[], $6 account codes text[], $7 amounts int8[] in minor
-- units (debit positive), $8 tax rate version ids int8[], null for none
with line as (
  select a.seller_id, a.currency, a.account_code, a.tax_rate_version_id,
    sum(a.amount_minor)::bigint as amount_minor
  from unnest($4::bigint[], $5::text[], $6::text[], $7::bigint[], $8::bigint[])
    as a (seller_id, currency, account_code, amount_minor, tax_rate_version_id)
  group by a.seller_id, a.currency, a.account_code, a.tax_rate_version_id
  having sum(a.amount_minor) <> 0
), entry as (
  insert into journal (seller_id, event, entry_date, currency, invoice_id)
  select distinct seller_id, $1, $2::date, currency, $3::bigint
  from line
  returning journal_id, seller_id, currency
)
insert into journal_line (journal_id, line_no, account_code, amount_minor, tax_rate_version_id)
select e.journal_id,
  row_number() over (partition by e.journal_id order by l.amount_minor < 0, l.account_code,
    l.tax_rate_version_id),
  l.account_code, l.amount_minor, l.tax_rate_version_id
from line l
join entry e on e.seller_id = l.seller_id and e.currency = l.currency
