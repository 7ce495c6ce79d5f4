-- Books one event of single documents: a balanced entry each, of all their amounts.
-- $1 invoice ids int8[], $2 event text, $3 entry date, $4 debited account text, $5 credited account
-- text, $6 amounts int8[] in minor units, above zero
with document as (
  select i.invoice_id, i.seller_id, i.currency, sum(a.amount_minor)::bigint as amount_minor
  from unnest($1::bigint[], $6::bigint[]) as a (invoice_id, amount_minor)
  join invoice i on i.invoice_id = a.invoice_id
  group by i.invoice_id
), entry as (
  insert into journal (seller_id, event, entry_date, currency, invoice_id)
  select seller_id, $2, $3::date, currency, invoice_id
  from document
  returning journal_id, invoice_id
)
insert into journal_line (journal_id, line_no, account_code, amount_minor)
select e.journal_id, side.line_no, side.account_code, side.sign * d.amount_minor
from entry e
join document d on d.invoice_id = e.invoice_id
cross join (values (1::smallint, $4::text, 1), (2::smallint, $5::text, -1))
  as side (line_no, account_code, sign)
