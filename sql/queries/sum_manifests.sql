-- What two manifests come to, by currency.
-- Out, in order of currency: currency text; before_payers, after_payers, both_payers bigint (with
-- documents in it); before, after text: invoices less credit notes in major units.
with document as (
  select e.customer_id, e.side, d.currency,
    sum(case d.kind when 'invoice' then d.total else -d.total end) as total
  from manifest_entry e
  cross join lateral jsonb_to_recordset(e.doc -> 'documents')
    as d (kind text, currency text, total numeric)
  group by e.customer_id, e.side, d.currency
)
select coalesce(a.currency, b.currency) as currency, count(a.customer_id) as before_payers,
  count(b.customer_id) as after_payers,
  count(*) filter (where a.customer_id is not null and b.customer_id is not null) as both_payers,
  coalesce(sum(a.total), 0)::text as before, coalesce(sum(b.total), 0)::text as after
from (select d.customer_id, d.currency, d.total from document d where d.side = 1) a
full join (select d.customer_id, d.currency, d.total from document d where d.side = 2) b
  on b.customer_id = a.customer_id and b.currency = a.currency
group by 1
order by 1
