-- What customers owe at the end of a day, invoice by invoice, the oldest first (RULES 3):
-- settlements that take effect later do not count.
-- $1 customer ids int8[], $2 as_of date.
-- Out, in the order given: customer_id bigint, number text, invoice_date, due_date date (null for
-- none), currency text, total, balance bigint in minor units. Index: invoice_customer_idx,
-- settlement_invoice_idx.
select i.customer_id, coalesce(n.number, i.invoice_id::text) as number, i.invoice_date,
  coalesce(i.amended_due_date, i.due_date) as due_date, i.currency::text as currency,
  i.total_minor + i.rounding_minor as total,
  i.total_minor + i.rounding_minor - i.settled_minor + l.amount as balance
from invoice i
left join invoice_number n on n.invoice_id = i.invoice_id
cross join lateral (
  select coalesce(sum(t.amount_minor), 0)::bigint as amount
  from settlement t
  where t.invoice_id = i.invoice_id and t.effective_on > $2::date) l
where i.customer_id = any($1::bigint[]) and i.kind = 'invoice'
  and i.state in ('open', 'reversed', 'written_off') and i.invoice_date <= $2::date
  and i.total_minor + i.rounding_minor - i.settled_minor + l.amount > 0
order by i.customer_id, coalesce(i.amended_due_date, i.due_date, i.invoice_date), i.invoice_id;
