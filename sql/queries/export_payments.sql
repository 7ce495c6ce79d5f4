-- What payments have settled of the invoices that export_invoices.sql writes, as an import takes
-- payments. What they settled else is done with, what is left of them is a credit; those of closed
-- books are lines of the invoices.
-- $1 seller text: only its, null for all. Out: line text, an object each, in order of coming in.
-- Index: invoice_unsettled_idx, settlement_invoice_idx, payment_pkey.
select json_strip_nulls(json_build_object(
  'object', 'payment', 'customer', y.customer_id,
  'amount', trim_scale(sum(p.minor) * u.minor_unit), 'currency', y.currency,
  'date', y.received_on, 'method', y.method, 'reference', y.reference,
  'invoices', json_agg(json_build_object('invoice', p.invoice_id,
    'amount', trim_scale(p.minor * u.minor_unit)) order by p.invoice_id)))::text as line
from (
  select t.payment_id, t.invoice_id, sum(t.amount_minor) as minor
  from invoice i
  join seller s on s.seller_id = i.seller_id
  join settlement t on t.invoice_id = i.invoice_id and t.kind = 'payment'
  where i.kind = 'invoice' and i.state = 'open'
    and i.settled_minor < i.total_minor + i.rounding_minor
    and not exists (select from payment_attempt a
      where a.invoice_id = i.invoice_id and a.state in ('intended', 'pending', 'unknown'))
    and ($1::text is null or s.code = $1)
  group by t.payment_id, t.invoice_id
  having sum(t.amount_minor) > 0
) p
join payment y on y.payment_id = p.payment_id
join currency u on u.code = y.currency
join customer c on c.customer_id = y.customer_id
join seller s on s.seller_id = c.seller_id
where s.closed_through is null or y.received_on > s.closed_through
group by y.payment_id, u.minor_unit
order by y.payment_id
