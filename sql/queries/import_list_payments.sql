-- The good payments, to be recorded.
-- Out, in order of line: customer_id bigint, currency text, amount bigint in minor units,
-- received_on date, method, reference text, is_known boolean (recorded already), invoices int8[],
-- amounts int8[] (what each gets at most in minor units, 0 for all that it owes).
select y.customer_id, y.currency, (y.amount * 10::numeric ^ y.digits)::bigint as amount,
  y.received_on, y.method, y.reference, y.payment_id is not null as is_known,
  coalesce(array_agg(p.invoices[1] order by p.position) filter (where p.line is not null), '{}')
    as invoices,
  coalesce(array_agg(coalesce(p.amount * 10::numeric ^ y.digits, 0)::bigint order by p.position)
    filter (where p.line is not null), '{}') as amounts
from import_payment y
left join import_payment_invoice p on p.line = y.line
where not exists (select from import_error e where e.line = y.line)
group by y.line, y.customer_id, y.currency, y.amount, y.digits, y.received_on, y.method,
  y.reference, y.payment_id
order by y.line;
