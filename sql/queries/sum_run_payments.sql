-- What was paid on the documents of a run and not taken back, by currency, in minor units.
-- $1 run_id bigint, $2 payers int8[], empty for all.
-- Out: currency text, digits smallint, invoices bigint, amount numeric.
-- Index: invoice_run_idx, settlement_invoice_idx.
select i.currency::text as currency, u.digits, count(distinct i.invoice_id) as invoices,
  sum(s.amount_minor) as amount
from invoice i
join settlement s on s.invoice_id = i.invoice_id and s.kind = 'payment'
join currency u on u.code = i.currency
where i.run_id = $1 and (cardinality($2::bigint[]) = 0 or i.customer_id = any($2))
group by i.currency, u.digits
having sum(s.amount_minor) <> 0
order by i.currency
